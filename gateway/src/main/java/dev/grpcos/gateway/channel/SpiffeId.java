package dev.grpcos.gateway.channel;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A SPIFFE ID, {@code spiffe://DOMAIN/PATH}.
 *
 * @param path begins with a slash; empty for the trust domain itself
 * @see <a href="https://github.com/spiffe/spiffe/blob/main/standards/SPIFFE-ID.md">SPIFFE ID</a>
 */
public record SpiffeId(String domain, String path) {
  private static final int MOST_CHARACTERS = 2048;
  private static final Pattern FORM =
      Pattern.compile("spiffe://([a-z0-9._-]{1,255})((?:/(?!\\.{1,2}(?:/|$))[A-Za-z0-9._-]+)*)");

  /** The type of a URI in {@link X509Certificate#getSubjectAlternativeNames}. */
  private static final int URI = 6;

  /**
   * Parses an ID.
   *
   * @throws IllegalArgumentException if the text has another form; the message begins with the
   *     quoted text
   */
  public static SpiffeId parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (text.length() > MOST_CHARACTERS || !matcher.matches()) {
      throw new IllegalArgumentException(
          "'%s' is not a SPIFFE ID: give spiffe://DOMAIN/PATH".formatted(text));
    }
    return new SpiffeId(matcher.group(1), matcher.group(2));
  }

  /**
   * Returns the ID of a certificate.
   *
   * @throws CertificateParsingException if it has none, or several URIs
   */
  static SpiffeId of(X509Certificate certificate) throws CertificateParsingException {
    Collection<List<?>> names = certificate.getSubjectAlternativeNames();
    List<String> uris =
        names == null
            ? List.of()
            : names.stream()
                .filter(name -> name.get(0).equals(URI))
                .map(name -> String.valueOf(name.get(1)))
                .toList();
    if (uris.size() != 1) {
      throw new CertificateParsingException(
          uris.isEmpty() ? "it has no SPIFFE ID" : "it has several URIs in subjectAltName");
    }
    try {
      return parse(uris.get(0));
    } catch (IllegalArgumentException e) {
      throw new CertificateParsingException(e.getMessage(), e);
    }
  }

  /** Returns whether the other ID is this one, or in this trust domain if this one has no path. */
  boolean admits(SpiffeId other) {
    return path.isEmpty() ? domain.equals(other.domain) : equals(other);
  }

  @Override
  public String toString() {
    return "spiffe://" + domain + path;
  }
}
