package dev.grpcos.gateway.text;

import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The names and values of headers that a user may set in calls.
 *
 * @see <a href="https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md">gRPC over
 *     HTTP/2</a>
 */
public final class HeaderText {
  /**
   * The names of HTTP that concern a single hop, or that each transport sets itself.
   *
   * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1">RFC 9110, Connection</a>
   */
  public static final Set<String> HTTP_HOP =
      Set.of(
          "connection",
          "content-length",
          "content-type",
          "host",
          "http2-settings",
          "keep-alive",
          "proxy-authenticate",
          "proxy-authorization",
          "proxy-connection",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade",
          "user-agent");

  /** The names that are not forwarded, because each hop sets them itself. */
  public static final Set<String> HOP =
      Stream.concat(HTTP_HOP.stream(), Stream.of("grpcos-origin"))
          .collect(Collectors.toUnmodifiableSet());

  private static final Pattern NAME = Pattern.compile("[0-9a-z_.-]{1,256}");
  private static final Pattern VALUE = Pattern.compile("[!-~](?:[ -~]*[!-~])?");

  private HeaderText() {}

  /**
   * Returns why a user must not set a header of this name, to follow the name; empty if allowed.
   */
  public static Optional<String> problem(String name) {
    if (!NAME.matcher(name).matches()) {
      return Optional.of("is not the name of a header; give lowercase letters, digits, - _ and .");
    }
    if (HOP.contains(name) || name.startsWith("grpc-") || name.startsWith("grpcos-")) {
      return Optional.of("is reserved for the connection; give another header");
    }
    if (name.endsWith("-bin")) {
      return Optional.of("is the name of binary metadata; give a header with text");
    }
    return Optional.empty();
  }

  /** Returns whether a header may have this value: printable ASCII that no space surrounds. */
  public static boolean isValue(String text) {
    return VALUE.matcher(text).matches();
  }
}
