package dev.grpcos.cli.call;

import dev.grpcos.cli.failure.CliException;
import dev.grpcos.cli.invocation.Invocation;
import io.grpc.Metadata;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * Adds basic authorization from the argument of {@code -u} or from a netrc file. The argument is a
 * name, whose password is in the environment, or {@code @FILE}, which contains both. The command
 * line accepts no password, because every user of the machine can read it.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7617">RFC 7617, basic authorization</a>
 */
public final class BasicAuthorization {
  private static final Metadata.Key<String> KEY =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
  private static final String PASSWORD = "GRPCOS_PASSWORD";
  private static final int MAX_FILE_BYTES = 64 * 1024;

  private BasicAuthorization() {}

  /**
   * Adds the header.
   *
   * @throws CliException USAGE if the name or the password is missing or invalid, or if the
   *     metadata already contains an authorization; FAILURE if the file cannot be read
   */
  public static void add(Metadata metadata, String user, Invocation invocation) {
    if (metadata.containsKey(KEY)) {
      throw CliException.usage("-u and -H 'authorization' exclude each other: give one of them");
    }
    put(
        metadata,
        user.startsWith("@") ? content(user.substring(1), invocation) : named(user, invocation));
  }

  /**
   * Adds the header if a netrc file has an entry for the host. Does not read the file if the
   * metadata already contains an authorization.
   *
   * @param option the option that names the file, for messages
   * @throws CliException USAGE if the file is invalid; FAILURE if it cannot be read
   */
  public static void addFromNetrc(
      Metadata metadata, String host, String option, String file, Invocation invocation) {
    if (metadata.containsKey(KEY)) {
      return;
    }
    String pair = Netrc.credentials(file, text(file, option, invocation), host);
    if (pair != null) {
      put(metadata, pair);
    }
  }

  private static void put(Metadata metadata, String pair) {
    byte[] bytes = pair.getBytes(StandardCharsets.UTF_8);
    metadata.put(KEY, "Basic " + Base64.getEncoder().encodeToString(bytes));
  }

  private static String named(String name, Invocation invocation) {
    if (name.contains(":")) {
      throw CliException.usage(
          "-u accepts only the name, because other users can read arguments: give the password in"
              + " %s, or -u @FILE with NAME:PASSWORD",
          PASSWORD);
    }
    String password = invocation.environment(PASSWORD);
    if (password == null) {
      throw CliException.usage(
          "-u %s needs a password: export it as %s, or give -u @FILE with NAME:PASSWORD",
          name, PASSWORD);
    }
    return name + ":" + password;
  }

  private static String content(String file, Invocation invocation) {
    if (file.isEmpty()) {
      throw CliException.usage("-u @: there is no file name after @: add one");
    }
    String pair = text(file, "-u", invocation).stripTrailing();
    if (!pair.contains(":") || pair.contains("\n")) {
      throw CliException.usage("-u @%s: the file has no NAME:PASSWORD on one line", file);
    }
    return pair;
  }

  private static String text(String file, String option, Invocation invocation) {
    try (InputStream in = invocation.open(file)) {
      byte[] bytes = in.readNBytes(MAX_FILE_BYTES + 1);
      if (bytes.length > MAX_FILE_BYTES) {
        throw CliException.usage(
            "%s has more than %d bytes, too many for %s", file, MAX_FILE_BYTES, option);
      }
      return new String(bytes, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw CliException.failure(
          e, "cannot read %s, which %s names: %s", file, option, e.getMessage());
    }
  }
}
