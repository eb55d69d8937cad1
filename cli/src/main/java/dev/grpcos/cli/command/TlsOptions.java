package dev.grpcos.cli.command;

import com.google.protobuf.ByteString;
import dev.grpcos.cli.connection.TlsFile;
import dev.grpcos.cli.connection.TlsSources;
import dev.grpcos.cli.failure.CliException;
import dev.grpcos.cli.invocation.Invocation;
import dev.grpcos.gateway.config.ContextTls;
import dev.grpcos.gateway.config.SpiffeConfig;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The TLS options of a target. */
final class TlsOptions {
  static final int MAX_FILE_BYTES = 4 << 20;

  @Option(
      names = "--plaintext",
      description = "No TLS with --target HOST:PORT. Unix sockets have none by default.")
  boolean plaintext;

  @Option(
      names = "--cacert",
      paramLabel = "FILE",
      description =
          "The certificates of the authorities to trust, in PEM. Default: $$SSL_CERT_FILE,"
              + " $$SSL_CERT_DIR, and those of the Java runtime unless both are set.")
  @Nullable String cacert;

  @Option(
      names = "--cert",
      paramLabel = "FILE",
      description = "The client's certificate chain, in PEM; with --key.")
  @Nullable String cert;

  @Option(names = "--key", paramLabel = "FILE", description = "The private key of --cert, in PEM.")
  @Nullable String key;

  @Option(
      names = "--key-password",
      paramLabel = "@FILE",
      description = "The file with the password of an encrypted --key or --p12.")
  @Nullable String keyPassword;

  @Option(
      names = "--p12",
      paramLabel = "FILE",
      description = "The client's certificate chain and private key, in PKCS #12.")
  @Nullable String p12;

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
            p12 == null ? null : "--p12",
            keyPassword == null ? null : "--key-password",
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
   * @param context the settings that apply where these options give none
   * @throws CliException USAGE if options conflict, FAILURE if a file cannot be read
   */
  @Nullable TlsSources files(boolean byDefault, ContextTls context, Invocation invocation) {
    Optional<String> given = firstGiven();
    if (plaintext && given.isPresent()) {
      throw CliException.usage(
          "--plaintext and %s exclude each other: give one of them", given.get());
    }
    if (plaintext || (given.isEmpty() && context.equals(ContextTls.NONE) && !byDefault)) {
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
    if (p12 != null && cert != null) {
      throw CliException.usage("--p12 and --cert exclude each other: give one of them");
    }
    if (keyPassword != null
        && key == null
        && p12 == null
        && context.key() == null
        && context.p12() == null) {
      throw CliException.usage("--key-password requires --key or --p12: add one of them");
    }
    if (context.spiffe() != null) {
      return spiffe(context.spiffe(), !noAlpn && context.alpn());
    }
    return new TlsSources(
        trust(context, invocation),
        identity(context, invocation),
        serverName == null ? context.serverName() : serverName,
        !noAlpn && context.alpn());
  }

  /** Returns the settings for an identity of a context, which no other option can change. */
  private TlsSources spiffe(SpiffeConfig config, boolean alpn) {
    firstGiven()
        .filter(option -> !option.equals("--no-alpn"))
        .ifPresent(
            option -> {
              throw CliException.usage(
                  "%s and the spiffe of the context exclude each other: leave the option out",
                  option);
            });
    return new TlsSources(
        new TlsSources.Trust(List.of(), false, false),
        new TlsSources.SpiffeIdentity(config),
        null,
        alpn);
  }

  /**
   * Requires a separate process if the files cannot be read in this one; called before anything is
   * read or written.
   */
  void admit(boolean byDefault, ContextTls context, Invocation invocation) {
    boolean given =
        insecure
            || cacert != null
            || context.insecure()
            || context.cacert() != null
            || context.spiffe() != null
            || plaintext;
    if (!given && (byDefault || firstGiven().isPresent() || !context.equals(ContextTls.NONE))) {
      SystemAuthorities.admit(invocation);
    }
  }

  private TlsSources.Trust trust(ContextTls context, Invocation invocation) {
    if (insecure || cacert != null) {
      List<TlsFile> files =
          cacert == null ? List.of() : List.of(required("--cacert", cacert, invocation));
      return new TlsSources.Trust(files, false, insecure);
    }
    if (context.insecure()) {
      return new TlsSources.Trust(List.of(), false, true);
    }
    if (context.cacert() != null) {
      return new TlsSources.Trust(List.of(file("cacert", context.cacert())), false, false);
    }
    return SystemAuthorities.trust(invocation);
  }

  private TlsSources.@Nullable ClientIdentity identity(ContextTls context, Invocation invocation) {
    if (p12 != null) {
      return new TlsSources.Pkcs12Identity(
          required("--p12", p12, invocation), password(invocation));
    }
    return cert == null || key == null
        ? identity(context, password(invocation))
        : new TlsSources.PemIdentity(
            required("--cert", cert, invocation),
            required("--key", key, invocation),
            password(invocation));
  }

  /**
   * Returns the identity of a context.
   *
   * @param given the password that an option gives; null for that of the context
   */
  private static TlsSources.@Nullable ClientIdentity identity(
      ContextTls context, @Nullable TlsFile given) {
    TlsFile password =
        given == null && context.keyPassword() != null
            ? file("key_password", context.keyPassword())
            : given;
    if (context.p12() != null) {
      return new TlsSources.Pkcs12Identity(file("p12", context.p12()), password);
    }
    return context.cert() == null || context.key() == null
        ? null
        : new TlsSources.PemIdentity(
            file("cert", context.cert()), file("key", context.key()), password);
  }

  /** Returns the content of a file that a key of a context names. */
  private static TlsFile file(String key, Path path) {
    try (InputStream in = Files.newInputStream(path)) {
      byte[] content = in.readNBytes(MAX_FILE_BYTES + 1);
      if (content.length > MAX_FILE_BYTES) {
        throw CliException.usage(
            "%s %s has more than %d bytes: give a smaller file", key, path, MAX_FILE_BYTES);
      }
      return new TlsFile(path.toString(), ByteString.copyFrom(content));
    } catch (NoSuchFileException e) {
      throw CliException.failure(e, "%s %s cannot be read: no such file", key, path);
    } catch (IOException e) {
      throw CliException.failure(e, "%s %s cannot be read: %s", key, path, e.getMessage());
    }
  }

  private @Nullable TlsFile password(Invocation invocation) {
    if (keyPassword == null) {
      return null;
    }
    if (!keyPassword.startsWith("@") || keyPassword.length() == 1) {
      throw CliException.usage(
          "--key-password takes the name of a file, as in --key-password @FILE, because other"
              + " users can see a password on the command line");
    }
    return required("--key-password", keyPassword.substring(1), invocation);
  }

  /**
   * Returns the content of a file.
   *
   * @throws CliException FAILURE if it cannot be read
   */
  static TlsFile required(String option, String name, Invocation invocation) {
    try (InputStream in = invocation.open(name)) {
      byte[] content = in.readNBytes(MAX_FILE_BYTES + 1);
      if (content.length > MAX_FILE_BYTES) {
        throw CliException.usage(
            "%s %s has more than %d bytes: give a smaller file", option, name, MAX_FILE_BYTES);
      }
      return new TlsFile(name, ByteString.copyFrom(content));
    } catch (IOException e) {
      throw CliException.failure(e, "%s %s cannot be read: %s", option, name, e.getMessage());
    }
  }
}
