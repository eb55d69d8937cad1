package dev.grpcos.cli.command;

import dev.grpcos.cli.CliException;
import dev.grpcos.cli.call.HeaderArguments;
import dev.grpcos.cli.invocation.Invocation;
import io.grpc.Metadata;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** What metadata is sent. */
final class HeaderOptions {
  @Option(
      names = {"-H", "--header"},
      paramLabel = "'K: V'",
      description =
          "Metadata to send, or @FILE with one header a line. Repeatable, also with one key; base64"
              + " where the key ends in -bin.")
  List<String> headers = new ArrayList<>();

  @Option(
      names = "--expand-headers",
      description =
          "Put variables of the environment in the place of $${NAME} in the values of -H; a second"
              + " dollar before it keeps it as it is.")
  boolean expand;

  /**
   * The metadata.
   *
   * @throws CliException USAGE if it can't be sent, FAILURE if a file can't be read
   */
  Metadata metadata(Invocation invocation) {
    return HeaderArguments.read(headers, invocation::open, expand ? invocation::environment : null);
  }
}
