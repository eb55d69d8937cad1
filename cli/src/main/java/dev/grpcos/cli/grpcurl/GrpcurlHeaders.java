package dev.grpcos.cli.grpcurl;

import dev.grpcos.cli.failure.CliException;
import io.grpc.Metadata;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads headers as grpcurl does: {@code name: value}, without a value if there is no colon. The
 * value of a {@code -bin} key is base64 of any kind, or else the bytes themselves. Keys that gRPC
 * sets are ignored.
 */
public final class GrpcurlHeaders {
  private static final Pattern KEY = Pattern.compile("[0-9a-z_.-]+");
  private static final Pattern VALUE = Pattern.compile("[\\x20-\\x7e]*");
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{([0-9A-Za-z_]+)}");

  /** The keys that clients in Go leave out. */
  private static final Set<String> IGNORED =
      Set.of(
          "content-type",
          "grpc-encoding",
          "grpc-message",
          "grpc-message-type",
          "grpc-status",
          "grpc-timeout",
          "te",
          "user-agent");

  /** The keys that RFC 9113 forbids. */
  private static final Set<String> FORBIDDEN =
      Set.of(
          "connection",
          "content-length",
          "host",
          "keep-alive",
          "proxy-connection",
          "transfer-encoding",
          "upgrade");

  private final @Nullable Function<String, @Nullable String> variables;

  /**
   * Creates a reader.
   *
   * @param variables returns the value of an environment variable, or null if it is not set; null
   *     to leave headers unchanged
   */
  public GrpcurlHeaders(@Nullable Function<String, @Nullable String> variables) {
    this.variables = variables;
  }

  /**
   * Adds headers.
   *
   * @throws CliException FAILURE if a header is invalid or a variable is not set
   */
  public void addTo(Metadata metadata, List<String> headers) {
    for (String header : headers) {
      String text = variables == null ? header : expanded(header, variables);
      if (!text.isEmpty()) {
        add(text, metadata);
      }
    }
  }

  private static String expanded(String header, Function<String, @Nullable String> variables) {
    return VARIABLE
        .matcher(header)
        .replaceAll(
            found -> {
              String value = variables.apply(found.group(1));
              if (value == null) {
                throw CliException.failure(
                    "-expand-headers: the variable %s is not set: export it", found.group(1));
              }
              return Matcher.quoteReplacement(value);
            });
  }

  private static void add(String header, Metadata metadata) {
    int colon = header.indexOf(':');
    String key = (colon < 0 ? header : header.substring(0, colon)).strip().toLowerCase(Locale.ROOT);
    String value = colon < 0 ? "" : header.substring(colon + 1).strip();
    if (IGNORED.contains(key)) {
      return;
    }
    // Messages about a value do not contain it, because it may be a secret.
    if (!KEY.matcher(key).matches()) {
      throw CliException.failure(
          "a header's key may contain only letters, digits, '-', '_' and '.'");
    }
    if (FORBIDDEN.contains(key)) {
      throw CliException.failure("header '%s': this key is reserved for HTTP/2", key);
    }
    if (key.endsWith(Metadata.BINARY_HEADER_SUFFIX)) {
      metadata.put(Metadata.Key.of(key, Metadata.BINARY_BYTE_MARSHALLER), bytes(value));
    } else if (VALUE.matcher(value).matches()) {
      metadata.put(Metadata.Key.of(key, Metadata.ASCII_STRING_MARSHALLER), value);
    } else {
      throw CliException.failure("header '%s': a value must be printable ASCII", key);
    }
  }

  private static byte[] bytes(String value) {
    try {
      return Base64.getDecoder().decode(value.replace('-', '+').replace('_', '/'));
    } catch (IllegalArgumentException e) {
      return value.getBytes(StandardCharsets.UTF_8);
    }
  }
}
