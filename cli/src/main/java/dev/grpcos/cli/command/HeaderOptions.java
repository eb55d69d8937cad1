package dev.grpcos.cli.command;

import dev.grpcos.cli.CliException;
import dev.grpcos.cli.call.BasicAuthorization;
import dev.grpcos.cli.call.HeaderArguments;
import dev.grpcos.cli.invocation.Invocation;
import io.grpc.Metadata;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What metadata is sent. */
final class HeaderOptions {
  @Option(
      names = {"-H", "--header"},
      paramLabel = "'K: V'",
      description =
          "Metadata to send, with questions to reflection too, or @FILE with one header a line."
              + " Repeatable, also with one key; base64 where the key ends in -bin.")
  List<String> headers = new ArrayList<>();

  @Option(
      names = {"-u", "--user"},
      paramLabel = "NAME",
      description =
          "Send basic authorization with this name and the password in $$GRPCOS_PASSWORD, or with"
              + " the NAME:PASSWORD in @FILE.")
  @Nullable String user;

  @Option(
      names = "--expand-headers",
      description =
          "Put variables of the environment in the place of $${NAME} in the values of headers; a"
              + " second dollar before it keeps it as it is.")
  boolean expand;

  /**
   * The metadata.
   *
   * @throws CliException USAGE if it can't be sent, FAILURE if a file can't be read
   */
  Metadata metadata(Invocation invocation) {
    Metadata metadata = new Metadata();
    add(metadata, "-H", headers, invocation);
    if (user != null) {
      BasicAuthorization.add(metadata, user, invocation);
    }
    return metadata;
  }

  /** Adds what a further option was given; fails alike. */
  void add(Metadata metadata, String option, List<String> arguments, Invocation invocation) {
    new HeaderArguments(option, invocation::open, expand ? invocation::environment : null)
        .addTo(metadata, arguments);
  }
}
