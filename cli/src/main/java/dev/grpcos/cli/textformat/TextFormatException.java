package dev.grpcos.cli.textformat;

/**
 * Text that is not in the text format, or does not fit its message; the message names the position.
 */
public final class TextFormatException extends Exception {
  private static final long serialVersionUID = 1;

  TextFormatException(int line, int column, String message) {
    super("line " + line + ", column " + column + ": " + message);
  }
}
