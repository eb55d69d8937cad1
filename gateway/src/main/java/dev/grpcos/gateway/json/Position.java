package dev.grpcos.gateway.json;

/**
 * A place in an input, for error messages.
 *
 * @param input the input's name in messages, such as {@code stdin} or a file name
 * @param line counts from 1, separated by line feeds; 0 for an input without lines, such as an
 *     argument
 * @param column counts from 1, in characters (Unicode code points), not in bytes
 */
public record Position(String input, long line, long column) {
  /** Returns the position of an input that has no lines. */
  public static Position in(String input) {
    return new Position(input, 0, 0);
  }

  @Override
  public String toString() {
    return line == 0 ? input : input + " line " + line + ", column " + column;
  }
}
