package dev.grpcos.cli.command;

import com.google.protobuf.ByteString;
import dev.grpcos.cli.connection.PemFile;
import dev.grpcos.cli.connection.TlsSources;
import dev.grpcos.cli.failure.CliException;
import dev.grpcos.cli.invocation.Invocation;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The TLS options of a target. */
final class TlsOptions {
  private static final int MAX_FILE_BYTES = 4 << 20;

  @Option(
      names = "--plaintext",
      description = "No TLS with --target HOST:PORT. Unix sockets have none by default.")
  boolean plaintext;

  @Option(
      names = "--cacert",
      paramLabel = "FILE",
      description =
          "The certificates of the authorities to trust, in PEM. Default: those of the Java"
              + " runtime.")
  @Nullable String cacert;

  @Option(
      names = "--cert",
      paramLabel = "FILE",
      description = "The client's certificate chain, in PEM; with --key.")
  @Nullable String cert;

  @Option(
      names = "--key",
      paramLabel = "FILE",
      description = "The private key of --cert, in PEM, not encrypted.")
  @Nullable String key;

  @Option(
      names = "--insecure",
      description =
          "Skip certificate verification (unsafe): an attacker in between can read and change"
              + " everything.")
  boolean insecure;

  @Option(
      names = "--server-name",
      paramLabel = "NAME",
      description =
          "The name to expect in the server's certificate. Default: --authority, else the target's"
              + " host.")
  @Nullable String serverName;

  @Option(
      names = "--no-alpn",
      description = "Connect over TLS without ALPN, for gRPC servers that do not support it.")
  boolean noAlpn;

  /** Returns the first given option that requires TLS. */
  Optional<String> firstGiven() {
    return Stream.of(
            cacert == null ? null : "--cacert",
            cert == null ? null : "--cert",
            key == null ? null : "--key",
            insecure ? "--insecure" : null,
            serverName == null ? null : "--server-name",
            noAlpn ? "--no-alpn" : null)
        .flatMap(Stream::ofNullable)
        .findFirst();
  }

  /**
   * Returns the files and settings of TLS, or null for cleartext.
   *
   * @param byDefault whether TLS is used without any of these options
   * @throws CliException USAGE if options conflict, FAILURE if a file cannot be read
   */
  @Nullable TlsSources files(boolean byDefault, Invocation invocation) {
    Optional<String> given = firstGiven();
    if (plaintext && given.isPresent()) {
      throw CliException.usage(
          "--plaintext and %s exclude each other: give one of them", given.get());
    }
    if (plaintext || (given.isEmpty() && !byDefault)) {
      return null;
    }
    if ((cert == null) != (key == null)) {
      throw CliException.usage(
          "%s requires %s: give both",
          cert == null ? "--key" : "--cert", cert == null ? "--cert" : "--key");
    }
    if (insecure && cacert != null) {
      throw CliException.usage("--insecure and --cacert exclude each other: give one of them");
    }
    if (serverName != null && serverName.isEmpty()) {
      throw CliException.usage("--server-name is empty: give the name in the certificate");
    }
    return new TlsSources(
        file("--cacert", cacert, invocation),
        file("--cert", cert, invocation),
        file("--key", key, invocation),
        insecure,
        serverName,
        !noAlpn);
  }

  private static @Nullable PemFile file(
      String option, @Nullable String name, Invocation invocation) {
    if (name == null) {
      return null;
    }
    try (InputStream in = invocation.open(name)) {
      byte[] content = in.readNBytes(MAX_FILE_BYTES + 1);
      if (content.length > MAX_FILE_BYTES) {
        throw CliException.usage(
            "%s %s has more than %d bytes: give a PEM file", option, name, MAX_FILE_BYTES);
      }
      return new PemFile(name, ByteString.copyFrom(content));
    } catch (IOException e) {
      throw CliException.failure(e, "%s %s cannot be read: %s", option, name, e.getMessage());
    }
  }
}
