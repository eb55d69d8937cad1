package dev.grpcos.cli.call;

import dev.grpcos.cli.CliException;
import io.grpc.Metadata;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the arguments of {@code -H}: {@code key: value}, or {@code @FILE} with one such line each.
 * The value of a {@code -bin} key is base64, standard or URL-safe, padded or not.
 *
 * @see <a href="https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md">the characters of
 *     metadata</a>
 */
public final class HeaderArguments {
  /** Opens a file as the caller. */
  @FunctionalInterface
  public interface FileOpener {
    InputStream open(String name) throws IOException;
  }

  /** Tells the caller's environment. */
  @FunctionalInterface
  public interface Variables {
    /** The variable's value, or null where it is not set. */
    @Nullable String get(String name);
  }

  private static final Pattern KEY = Pattern.compile("[0-9a-z_.-]+");

  /** Keys that are the transport's: RFC 9113 forbids the first five, gRPC sets the others. */
  private static final Set<String> HTTP_KEYS =
      Set.of(
          "connection",
          "keep-alive",
          "proxy-connection",
          "transfer-encoding",
          "upgrade",
          "te",
          "content-type",
          "content-length",
          "host",
          "user-agent");

  /** A variable, or one that a second dollar keeps from being replaced. */
  private static final Pattern VARIABLE = Pattern.compile("(\\$?)\\$\\{([^}]*)}");

  private static final Pattern VALUE = Pattern.compile("[\\x20-\\x7e]*");
  private static final int MAX_FILE_BYTES = 1 << 20;

  private HeaderArguments() {}

  /**
   * The metadata that the arguments make up, in their order.
   *
   * @param variables the values to put in the place of {@code ${NAME}}, null for one that is not
   *     set; null to leave values as they are
   * @throws CliException USAGE if one is no header or a variable is not set, FAILURE if a file
   *     can't be read
   */
  public static Metadata read(
      List<String> arguments, FileOpener files, @Nullable Variables variables) {
    Metadata metadata = new Metadata();
    for (String argument : arguments) {
      if (argument.startsWith("@")) {
        String name = argument.substring(1);
        text(name, files)
            .lines()
            .filter(line -> !line.isBlank())
            .forEach(l -> add(l, variables, metadata));
      } else {
        add(argument, variables, metadata);
      }
    }
    return metadata;
  }

  private static String text(String name, FileOpener files) {
    try (InputStream in = files.open(name)) {
      byte[] bytes = in.readNBytes(MAX_FILE_BYTES + 1);
      if (bytes.length > MAX_FILE_BYTES) {
        throw CliException.usage(
            "%s has more than %d bytes: too many for -H", name, MAX_FILE_BYTES);
      }
      return new String(bytes, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw CliException.failure(e, "can't read %s, which -H names: %s", name, e.getMessage());
    }
  }

  private static void add(String header, @Nullable Variables variables, Metadata metadata) {
    int colon = header.indexOf(':');
    if (colon < 0) {
      // What stands there may be a secret, so it is not repeated.
      throw CliException.usage("-H takes 'key: value', and there is no colon in what it was given");
    }
    String key = header.substring(0, colon).strip().toLowerCase(Locale.ROOT);
    String text = header.substring(colon + 1);
    String value = (variables == null ? text : expanded(key, text, variables)).strip();
    if (!KEY.matcher(key).matches()) {
      throw CliException.usage(
          "-H '%s': a key has letters, digits, '-', '_' and '.' only", header.substring(0, colon));
    }
    if (key.startsWith("grpc-")) {
      throw CliException.usage(
          "-H '%s': keys that begin with grpc- belong to gRPC itself; for a deadline give"
              + " --deadline",
          key);
    }
    if (HTTP_KEYS.contains(key)) {
      throw CliException.usage(
          "-H '%s': HTTP/2 and gRPC keep this key for themselves; choose another", key);
    }
    if (key.endsWith(Metadata.BINARY_HEADER_SUFFIX)) {
      metadata.put(Metadata.Key.of(key, Metadata.BINARY_BYTE_MARSHALLER), base64(key, value));
    } else if (VALUE.matcher(value).matches()) {
      metadata.put(Metadata.Key.of(key, Metadata.ASCII_STRING_MARSHALLER), value);
    } else {
      throw CliException.usage(
          "-H '%s': a value is printable ASCII; for other bytes use a key that ends in -bin, and"
              + " base64",
          key);
    }
  }

  private static String expanded(String key, String text, Variables variables) {
    return VARIABLE
        .matcher(text)
        .replaceAll(
            found -> {
              String name = found.group(2);
              if (!found.group(1).isEmpty()) {
                return Matcher.quoteReplacement("${" + name + "}");
              }
              String value = variables.get(name);
              if (value == null) {
                throw CliException.usage(
                    "-H '%s': the variable %s is not set: export it; $${%s} stands for ${%s} itself",
                    key, name, name, name);
              }
              return Matcher.quoteReplacement(value);
            });
  }

  private static byte[] base64(String key, String value) {
    try {
      return Base64.getDecoder().decode(value.replace('-', '+').replace('_', '/'));
    } catch (IllegalArgumentException e) {
      throw CliException.usage("-H '%s': the value of a -bin key is base64", key);
    }
  }
}
