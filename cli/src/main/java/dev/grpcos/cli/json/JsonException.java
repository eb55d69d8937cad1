package dev.grpcos.cli.json;

import dev.grpcos.cli.CliException;
import dev.grpcos.cli.ExitCode;

/** Input that is no JSON, or JSON that does not fit its message; exit code 2. */
public final class JsonException extends CliException {
  private static final long serialVersionUID = 1;

  private final transient Position at;

  JsonException(Position at, String message) {
    super(ExitCode.USAGE, at + ": " + message, null);
    this.at = at;
  }

  /** Where the input is wrong. */
  public Position at() {
    return at;
  }
}
