package dev.grpcos.cli.command;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The option and exit codes that every command has. */
@Command(
    exitCodeList = {
      "0:every call ended with OK",
      "1:a local failure: input or output, a broken descriptor",
      "2:usage or bad input: arguments, an unknown method or field, malformed JSON",
      "64 + c:the call ended with gRPC status c, in any phase: 78 is UNAVAILABLE (no server"
          + " listens), 68 DEADLINE_EXCEEDED, 69 NOT_FOUND, 71 PERMISSION_DENIED; in a batch, the"
          + " first failure's code",
      "128 + n:ended by signal n"
    })
final class StandardOptions {
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help and exit.")
  boolean help;
}
