package dev.grpcos.cli.command;

import dev.grpcos.cli.call.BasicAuthorization;
import dev.grpcos.cli.call.HeaderArguments;
import dev.grpcos.cli.connection.Endpoint;
import dev.grpcos.cli.failure.CliException;
import dev.grpcos.cli.invocation.Invocation;
import io.grpc.Metadata;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options for metadata. */
final class HeaderOptions {
  @Option(
      names = {"-H", "--header"},
      paramLabel = "'K: V'",
      description =
          "Metadata to send with calls and reflection requests, or @FILE with one header per"
              + " line. Repeatable, also with the same key; the value is base64 if the key ends in"
              + " -bin.")
  List<String> headers = new ArrayList<>();

  @Option(
      names = {"-u", "--user"},
      paramLabel = "NAME",
      description =
          "Use basic authentication with this name and the password in $$GRPCOS_PASSWORD, or"
              + " with the NAME:PASSWORD in @FILE.")
  @Nullable String user;

  @Option(
      names = "--netrc",
      description =
          "Without -u and -H authorization, use basic authentication with the login that"
              + " ~/.netrc has for the host of --target (localhost for a Unix socket), if any.")
  boolean netrc;

  @Option(names = "--netrc-file", paramLabel = "FILE", description = "As --netrc, from this file.")
  @Nullable String netrcFile;

  @Option(
      names = "--expand-headers",
      description =
          "Replace $${NAME} in the values of headers by environment variables; a second"
              + " dollar before it prevents that.")
  boolean expand;

  /**
   * Returns the metadata to send.
   *
   * @param endpoint the destination, which is already admitted
   * @throws CliException USAGE if the metadata is invalid, FAILURE if a file cannot be read
   */
  Metadata metadata(Invocation invocation, Endpoint endpoint) {
    Metadata metadata = new Metadata();
    add(metadata, "-H", headers, invocation);
    if (user != null) {
      BasicAuthorization.add(metadata, user, invocation);
    }
    if (netrc || netrcFile != null) {
      addFromNetrc(metadata, endpoint, invocation);
    }
    endpoint.addTo(metadata);
    return metadata;
  }

  private void addFromNetrc(Metadata metadata, Endpoint endpoint, Invocation invocation) {
    if (netrc && netrcFile != null) {
      throw CliException.usage("--netrc and --netrc-file exclude each other: give one of them");
    }
    String option = netrc ? "--netrc" : "--netrc-file";
    String host =
        endpoint
            .host()
            .orElseThrow(
                () ->
                    CliException.usage(
                        "%s requires --target: it does not apply to the gateway's socket", option));
    String file = netrcFile == null ? homeFile(invocation) : netrcFile;
    BasicAuthorization.addFromNetrc(metadata, host, option, file, invocation);
  }

  private static String homeFile(Invocation invocation) {
    String home = invocation.environment("HOME");
    if (home == null || home.isEmpty()) {
      throw CliException.usage("--netrc needs HOME, which is not set: give --netrc-file FILE");
    }
    return home + "/.netrc";
  }

  /** Adds the headers of another option; throws the same exceptions. */
  void add(Metadata metadata, String option, List<String> arguments, Invocation invocation) {
    new HeaderArguments(option, invocation::open, expand ? invocation::environment : null)
        .addTo(metadata, arguments);
  }
}
