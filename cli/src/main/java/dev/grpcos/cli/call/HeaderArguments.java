package dev.grpcos.cli.call;

import dev.grpcos.cli.failure.CliException;
import dev.grpcos.gateway.json.FieldArguments.FileOpener;
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
 * Reads the arguments of {@code -H} and of similar options: {@code key: value}, or {@code @FILE}
 * with one header on each line. The value of a {@code -bin} key is base64, standard or URL-safe,
 * with or without padding.
 *
 * @see <a href="https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md">the characters of
 *     metadata</a>
 */
public final class HeaderArguments {
  /** The environment of the caller. */
  @FunctionalInterface
  public interface Variables {
    /** Returns the value of a variable, or null if it is not set. */
    @Nullable String get(String name);
  }

  private static final Pattern KEY = Pattern.compile("[0-9a-z_.-]+");

  /** An HTTP/2 pseudo-header such as {@code :path}, with its leading colon. */
  private static final Pattern PSEUDO_HEADER =
      Pattern.compile(":(?:authority|method|path|protocol|scheme|status)(?=\\s*:)");

  /** Keys of the transport: RFC 9113 forbids the first five, gRPC sets the others. */
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

  /** A variable, or a variable that a second dollar sign protects from expansion. */
  private static final Pattern VARIABLE = Pattern.compile("(\\$?)\\$\\{([^}]*)}");

  private static final Pattern VALUE = Pattern.compile("[\\x20-\\x7e]*");
  private static final int MAX_FILE_BYTES = 1 << 20;

  private final String option;
  private final FileOpener files;
  private final @Nullable Variables variables;

  /**
   * Creates a reader of the arguments of one option.
   *
   * @param option the name of the option, for messages
   * @param variables returns the value that replaces {@code ${NAME}}, or null if it is not set;
   *     null to leave values unchanged
   */
  public HeaderArguments(String option, FileOpener files, @Nullable Variables variables) {
    this.option = option;
    this.files = files;
    this.variables = variables;
  }

  /**
   * Adds the headers in the order of the arguments.
   *
   * @throws CliException USAGE if an argument is not a valid header or a variable is not set;
   *     FAILURE if a file cannot be read
   */
  public void addTo(Metadata metadata, List<String> arguments) {
    for (String argument : arguments) {
      if (argument.startsWith("@")) {
        addFile(argument.substring(1), metadata);
      } else {
        add("", argument, metadata);
      }
    }
  }

  private void addFile(String name, Metadata metadata) {
    int number = 0;
    for (String line : text(name).lines().toList()) {
      number++;
      if (!line.isBlank()) {
        add(name + ", line " + number + ": ", line, metadata);
      }
    }
  }

  private String text(String name) {
    if (name.isEmpty()) {
      throw CliException.usage("%s @: there is no file name after @: add one", option);
    }
    if (name.equals("-")) {
      throw CliException.usage(
          "%s @-: write @/dev/stdin for standard input, @./- for a file of that name", option);
    }
    try (InputStream in = files.open(name)) {
      byte[] bytes = in.readNBytes(MAX_FILE_BYTES + 1);
      if (bytes.length > MAX_FILE_BYTES) {
        throw CliException.usage(
            "%s has more than %d bytes: too many for %s", name, MAX_FILE_BYTES, option);
      }
      return new String(bytes, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw CliException.failure(
          e, "cannot read %s, which %s names: %s", name, option, e.getMessage());
    }
  }

  /**
   * Adds one header. Text that is not a key may be part of a secret, so messages about a file do
   * not repeat it.
   *
   * @param place the position in a file, for messages; empty for an argument
   */
  private void add(String place, String header, Metadata metadata) {
    Matcher pseudo = PSEUDO_HEADER.matcher(header);
    if (pseudo.lookingAt()) {
      throw bad(
          place, pseudo.group(), "keys that begin with ':' are reserved for HTTP/2; leave it out");
    }
    int colon = header.indexOf(':');
    if (colon < 0) {
      throw CliException.usage("%s%s: the header has no colon; give 'key: value'", place, option);
    }
    String key = header.substring(0, colon).strip().toLowerCase(Locale.ROOT);
    if (!KEY.matcher(key).matches()) {
      String given = place.isEmpty() ? " '" + header.substring(0, colon) + "'" : "";
      throw CliException.usage(
          "%s%s%s: a key may contain only letters, digits, '-', '_' and '.'", place, option, given);
    }
    String text = header.substring(colon + 1);
    put(
        place,
        key,
        (variables == null ? text : expanded(place, key, text, variables)).strip(),
        metadata);
  }

  /**
   * Adds one header.
   *
   * @param source where it comes from, for messages
   * @param key in any case
   * @throws CliException USAGE if it is not a valid header
   */
  static void add(String source, String key, String value, Metadata metadata) {
    HeaderArguments one = new HeaderArguments(source, file -> InputStream.nullInputStream(), null);
    String lower = key.toLowerCase(Locale.ROOT);
    if (!KEY.matcher(lower).matches()) {
      throw one.bad(
          "", key, "a key may contain only letters, digits, '-', '_' and '.'; choose another");
    }
    one.put("", lower, value.strip(), metadata);
  }

  /** Returns whether gRPC or HTTP/2 sets this key, in lower case, so that no caller can. */
  public static boolean isReserved(String key) {
    return key.startsWith("grpc-") || key.equals("user-agent") || HTTP_KEYS.contains(key);
  }

  private void put(String place, String key, String value, Metadata metadata) {
    if (key.startsWith("grpc-")) {
      throw bad(
          place,
          key,
          "keys that begin with grpc- are reserved for gRPC; for a deadline give --deadline");
    }
    if (key.equals("user-agent")) {
      throw bad(place, key, "gRPC sets this key; add text before its value with --user-agent");
    }
    if (HTTP_KEYS.contains(key)) {
      throw bad(place, key, "this key is reserved for HTTP/2 and gRPC; choose another");
    }
    if (key.endsWith(Metadata.BINARY_HEADER_SUFFIX)) {
      metadata.put(
          Metadata.Key.of(key, Metadata.BINARY_BYTE_MARSHALLER), base64(place, key, value));
    } else if (VALUE.matcher(value).matches()) {
      metadata.put(Metadata.Key.of(key, Metadata.ASCII_STRING_MARSHALLER), value);
    } else {
      throw bad(
          place,
          key,
          "a value must be printable ASCII; for other bytes use a key that ends in -bin, and"
              + " base64");
    }
  }

  private CliException bad(String place, String key, String why) {
    return CliException.usage("%s%s '%s': %s", place, option, key, why);
  }

  private String expanded(String place, String key, String text, Variables variables) {
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
                    place,
                    key,
                    "the variable %s is not set: export it; $${%s} stands for ${%s} itself"
                        .formatted(name, name, name));
              }
              return Matcher.quoteReplacement(value);
            });
  }

  private byte[] base64(String place, String key, String value) {
    try {
      return Base64.getDecoder().decode(value.replace('-', '+').replace('_', '/'));
    } catch (IllegalArgumentException e) {
      throw bad(place, key, "the value of a -bin key must be base64");
    }
  }
}
