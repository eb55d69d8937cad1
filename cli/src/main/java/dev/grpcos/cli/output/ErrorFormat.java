package dev.grpcos.cli.output;

import java.util.List;

/**
 * The forms that failures have on standard error; the names are those of {@code --error-format}.
 */
public enum ErrorFormat {
  /** A line that begins with {@code grpcos: }, and one for each detail. */
  TEXT,
  /** A {@code google.rpc.Status} as JSON on one line. */
  JSON;

  private static final String OPTION = "--error-format";

  /**
   * What the arguments ask for, found without parsing them: arguments that can't be parsed are a
   * failure too.
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
