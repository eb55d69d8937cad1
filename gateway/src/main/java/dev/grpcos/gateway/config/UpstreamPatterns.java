package dev.grpcos.gateway.config;

import java.util.Collection;
import java.util.Optional;

/** The syntax of patterns of upstreams' names. */
public final class UpstreamPatterns {
  private static final String SYNTAX = "[A-Za-z0-9._*-]{1,63}";

  private UpstreamPatterns() {}

  /**
   * Returns the problem of a pattern, as in "is not …; give …".
   *
   * @param known the names of the upstreams
   */
  public static Optional<String> problem(String text, Collection<String> known) {
    NamePattern pattern = new NamePattern(text);
    if (!text.matches(SYNTAX)) {
      return Optional.of("is not the name of an upstream; give letters, digits, - _ . and *");
    }
    return pattern.isLiteral() && !known.contains(text)
        ? Optional.of("is the name of no upstream; give one of `upstreams`")
        : Optional.empty();
  }
}
