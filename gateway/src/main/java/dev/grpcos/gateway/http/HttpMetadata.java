package dev.grpcos.gateway.http;

import dev.grpcos.gateway.json.JsonText;
import dev.grpcos.gateway.text.HeaderText;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusException;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Converts between the headers of HTTP and the metadata of calls. The fields of a single connection
 * and of a protocol are not metadata.
 */
public final class HttpMetadata {
  private static final Base64.Encoder BASE64 = Base64.getEncoder().withoutPadding();

  /** Fields of a body, or of the client itself. */
  private static final Set<String> NOT_METADATA =
      Set.of("accept", "accept-encoding", "content-encoding", "expect");

  private HttpMetadata() {}

  /**
   * Returns the metadata in the headers of a request.
   *
   * @throws StatusException if a value is not valid
   */
  static Metadata of(HttpHeaders headers) throws StatusException {
    Metadata metadata = new Metadata();
    for (Map.Entry<String, String> header : headers) {
      String name = header.getKey().toLowerCase(Locale.ROOT);
      if (!isMetadata(name)) {
        continue;
      }
      try {
        if (name.endsWith(Metadata.BINARY_HEADER_SUFFIX)) {
          var key = Metadata.Key.of(name, Metadata.BINARY_BYTE_MARSHALLER);
          for (String value : header.getValue().split(",", -1)) {
            metadata.put(key, Base64.getDecoder().decode(value.strip()));
          }
        } else {
          metadata.put(
              Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER), ascii(header.getValue()));
        }
      } catch (IllegalArgumentException e) {
        throw Status.INVALID_ARGUMENT
            .withDescription("header " + name + " is not valid metadata: " + e.getMessage())
            .withCause(e)
            .asException();
      }
    }
    return metadata;
  }

  /** Adds the metadata to headers, with a prefix before each name. */
  static void add(Metadata metadata, String prefix, HttpHeaders headers) {
    for (String name : metadata.keys()) {
      if (isMetadata(name)) {
        for (String value : values(metadata, name)) {
          headers.add(prefix + name, value);
        }
      }
    }
  }

  /** Adds the metadata to a text, as a JSON object. */
  static void append(JsonText text, Metadata metadata) {
    text.put('{');
    boolean some = false;
    for (String name : metadata.keys()) {
      if (!isMetadata(name)) {
        continue;
      }
      text.put(some ? "," : "");
      some = true;
      text.quoted(name);
      text.put(":[");
      boolean more = false;
      for (String value : values(metadata, name)) {
        text.put(more ? "," : "");
        more = true;
        text.quoted(value);
      }
      text.put(']');
    }
    text.put('}');
  }

  /** Returns the printable values with this name; binary values in base64. */
  private static List<String> values(Metadata metadata, String name) {
    List<String> values = new ArrayList<>();
    if (name.endsWith(Metadata.BINARY_HEADER_SUFFIX)) {
      Iterable<byte[]> all =
          metadata.getAll(Metadata.Key.of(name, Metadata.BINARY_BYTE_MARSHALLER));
      if (all != null) {
        all.forEach(value -> values.add(BASE64.encodeToString(value)));
      }
      return values;
    }
    Iterable<String> all = metadata.getAll(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER));
    if (all != null) {
      for (String value : all) {
        if (isPrintable(value)) {
          values.add(value);
        }
      }
    }
    return values;
  }

  private static String ascii(String value) {
    if (!isPrintable(value)) {
      throw new IllegalArgumentException("it has characters other than printable ASCII");
    }
    return value;
  }

  private static boolean isPrintable(String value) {
    return value.chars().allMatch(c -> c >= ' ' && c <= '~');
  }

  /**
   * Returns whether a header is metadata. The prefixes are reserved for the two protocols.
   *
   * @param name in lower case
   */
  public static boolean isMetadata(String name) {
    return !NOT_METADATA.contains(name)
        && !HeaderText.HTTP_HOP.contains(name)
        && !name.startsWith("connect-")
        && !name.startsWith("grpc-")
        && !name.startsWith("access-control-");
  }
}
