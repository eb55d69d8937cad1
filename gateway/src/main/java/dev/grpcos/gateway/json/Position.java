package dev.grpcos.gateway.json;

/**
 * Where a value stands in an input, for error messages.
 *
 * @param input what the input is called, such as {@code stdin}, {@code -d} or a file's name
 * @param line counts from 1, ended by line feeds; 0 where the input is no text of lines, as a shell
 *     argument is
 * @param column counts from 1, in characters (Unicode code points), not in bytes
 */
public record Position(String input, long line, long column) {
  /** A position in an input that has no lines. */
  static Position in(String input) {
    return new Position(input, 0, 0);
  }

  @Override
  public String toString() {
    return line == 0 ? input : input + " line " + line + ", column " + column;
  }
}
