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
 * Reads the arguments of {@code -H} and its like: {@code key: value}, or {@code @FILE} with one
 * such line each. The value of a {@code -bin} key is base64, standard or URL-safe, padded or not.
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
          "host");

  /** A variable, or one that a second dollar keeps from being replaced. */
  private static final Pattern VARIABLE = Pattern.compile("(\\$?)\\$\\{([^}]*)}");

  private static final Pattern VALUE = Pattern.compile("[\\x20-\\x7e]*");
  private static final int MAX_FILE_BYTES = 1 << 20;

  private final String option;
  private final FileOpener files;
  private final @Nullable Variables variables;

  /**
   * A reader of the arguments of one option.
   *
   * @param option its name, for messages
   * @param variables the values to put in the place of {@code ${NAME}}, null for one that is not
   *     set; null to leave values as they are
   */
  public HeaderArguments(String option, FileOpener files, @Nullable Variables variables) {
    this.option = option;
    this.files = files;
    this.variables = variables;
  }

  /**
   * Adds what the arguments say, in their order.
   *
   * @throws CliException USAGE if one is no header or a variable is not set, FAILURE if a file
   *     can't be read
   */
  public void addTo(Metadata metadata, List<String> arguments) {
    for (String argument : arguments) {
      if (argument.startsWith("@")) {
        text(argument.substring(1))
            .lines()
            .filter(line -> !line.isBlank())
            .forEach(line -> add(line, metadata));
      } else {
        add(argument, metadata);
      }
    }
  }

  private String text(String name) {
    try (InputStream in = files.open(name)) {
      byte[] bytes = in.readNBytes(MAX_FILE_BYTES + 1);
      if (bytes.length > MAX_FILE_BYTES) {
        throw CliException.usage(
            "%s has more than %d bytes: too many for %s", name, MAX_FILE_BYTES, option);
      }
      return new String(bytes, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw CliException.failure(
          e, "can't read %s, which %s names: %s", name, option, e.getMessage());
    }
  }

  private void add(String header, Metadata metadata) {
    int colon = header.indexOf(':');
    if (colon < 0) {
      // What stands there may be a secret, so it is not repeated.
      throw CliException.usage(
          "%s takes 'key: value', and there is no colon in what it was given", option);
    }
    String key = header.substring(0, colon).strip().toLowerCase(Locale.ROOT);
    String text = header.substring(colon + 1);
    String value = (variables == null ? text : expanded(key, text, variables)).strip();
    if (!KEY.matcher(key).matches()) {
      throw bad(header.substring(0, colon), "a key has letters, digits, '-', '_' and '.' only");
    }
    if (key.startsWith("grpc-")) {
      throw bad(
          key, "keys that begin with grpc- belong to gRPC itself; for a deadline give --deadline");
    }
    if (key.equals("user-agent")) {
      throw bad(key, "gRPC says it of itself; put words before that with --user-agent");
    }
    if (HTTP_KEYS.contains(key)) {
      throw bad(key, "HTTP/2 and gRPC keep this key for themselves; choose another");
    }
    if (key.endsWith(Metadata.BINARY_HEADER_SUFFIX)) {
      metadata.put(Metadata.Key.of(key, Metadata.BINARY_BYTE_MARSHALLER), base64(key, value));
    } else if (VALUE.matcher(value).matches()) {
      metadata.put(Metadata.Key.of(key, Metadata.ASCII_STRING_MARSHALLER), value);
    } else {
      throw bad(
          key,
          "a value is printable ASCII; for other bytes use a key that ends in -bin, and base64");
    }
  }

  private CliException bad(String key, String why) {
    return CliException.usage("%s '%s': %s", option, key, why);
  }

  private String expanded(String key, String text, Variables variables) {
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
                throw bad(
                    key,
                    "the variable %s is not set: export it; $${%s} stands for ${%s} itself"
                        .formatted(name, name, name));
              }
              return Matcher.quoteReplacement(value);
            });
  }

  private byte[] base64(String key, String value) {
    try {
      return Base64.getDecoder().decode(value.replace('-', '+').replace('_', '/'));
    } catch (IllegalArgumentException e) {
      throw bad(key, "the value of a -bin key is base64");
    }
  }
}
