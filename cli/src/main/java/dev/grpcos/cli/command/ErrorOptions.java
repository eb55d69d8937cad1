package dev.grpcos.cli.command;

import dev.grpcos.cli.output.ErrorFormat;
import picocli.CommandLine.Option;

/** The options for error messages. */
final class ErrorOptions {
  // ErrorFormat reads it before the arguments are parsed; this field is for help and validation.
  @Option(
      names = "--error-format",
      paramLabel = "FORMAT",
      description =
          "text, or json: each failure as a google.rpc.Status on one line of standard error."
              + " A failure that does not come from a server has a detail of the domain grpcos, and"
              + " the code 3 for exit code 2, and 2 for exit code 1. Default: text.")
  ErrorFormat format = ErrorFormat.TEXT;
}
