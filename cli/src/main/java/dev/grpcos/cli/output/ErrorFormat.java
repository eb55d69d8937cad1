package dev.grpcos.cli.output;

import java.util.List;

/** The formats of errors on standard error; the names are the values of {@code --error-format}. */
public enum ErrorFormat {
  /** A line that begins with {@code grpcos: }, and one for each detail. */
  TEXT,
  /** A {@code google.rpc.Status} as JSON on one line. */
  JSON;

  private static final String OPTION = "--error-format";

  /**
   * Returns the format that the arguments select. It does not parse them, because invalid arguments
   * are reported in this format too.
   */
  public static ErrorFormat of(List<String> arguments) {
    for (int i = 0; i < arguments.size() && !arguments.get(i).equals("--"); i++) {
      String argument = arguments.get(i);
      boolean separate = argument.equals(OPTION) && i + 1 < arguments.size();
      if (argument.equalsIgnoreCase(OPTION + "=json")
          || (separate && arguments.get(i + 1).equalsIgnoreCase("json"))) {
        return JSON;
      }
    }
    return TEXT;
  }
}
