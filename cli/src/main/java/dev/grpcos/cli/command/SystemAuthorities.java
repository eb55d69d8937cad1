package dev.grpcos.cli.command;

import com.google.protobuf.ByteString;
import dev.grpcos.cli.connection.TlsFile;
import dev.grpcos.cli.connection.TlsSources;
import dev.grpcos.cli.failure.CliException;
import dev.grpcos.cli.invocation.Invocation;
import dev.grpcos.gateway.channel.Pem;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The authorities that are trusted without {@code --cacert}: those of the Java runtime, or as the
 * caller's SSL_CERT_FILE and SSL_CERT_DIR say. Each of these adds certificates; both together
 * replace those of the Java runtime. Programs in Go read the variables in the same way.
 */
final class SystemAuthorities {
  private SystemAuthorities() {}

  /** Requires a separate process if a folder of the caller must be read. */
  static void admit(Invocation invocation) {
    if (variable("SSL_CERT_DIR", invocation) != null) {
      invocation.requireOwnProcess("the caller's SSL_CERT_DIR is read with the caller's rights");
    }
  }

  /**
   * Returns the authorities.
   *
   * @throws CliException FAILURE if a file cannot be read
   */
  static TlsSources.Trust trust(Invocation invocation) {
    List<TlsFile> files = new ArrayList<>();
    String file = variable("SSL_CERT_FILE", invocation);
    if (file != null) {
      files.add(TlsOptions.required("SSL_CERT_FILE", file, invocation));
    }
    String folders = variable("SSL_CERT_DIR", invocation);
    if (folders != null) {
      for (String folder : folders.split(":", -1)) {
        addFolder(files, folder, invocation);
      }
    }
    boolean system = file == null || folders == null;
    if (files.isEmpty() && !system) {
      throw CliException.usage("SSL_CERT_FILE and SSL_CERT_DIR contain no certificate");
    }
    return new TlsSources.Trust(files, system, false);
  }

  /** Adds the certificates of a folder. Other files in it are ignored, and so is a missing one. */
  private static void addFolder(List<TlsFile> files, String name, Invocation invocation) {
    Path folder = invocation.workingDirectory().resolve(name);
    if (name.isEmpty() || !Files.isDirectory(folder)) {
      return;
    }
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      for (Path entry : entries) {
        if (Files.isRegularFile(entry) && Files.isReadable(entry)) {
          addIfCertificate(files, entry);
        }
      }
    } catch (IOException e) {
      throw CliException.failure(e, "SSL_CERT_DIR %s cannot be read: %s", name, e.getMessage());
    }
  }

  private static void addIfCertificate(List<TlsFile> files, Path file) throws IOException {
    if (Files.size(file) > TlsOptions.MAX_FILE_BYTES) {
      return;
    }
    byte[] content = Files.readAllBytes(file);
    try {
      List<?> unused = Pem.certificates(content, file.toString());
    } catch (CertificateException e) {
      return; // another kind of file
    }
    files.add(new TlsFile(file.toString(), ByteString.copyFrom(content)));
  }

  private static @Nullable String variable(String name, Invocation invocation) {
    String value = invocation.environment(name);
    return value == null || value.isEmpty() ? null : value;
  }
}
