package dev.grpcos.gateway.config;

import dev.grpcos.proto.config.v1.Otlp;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Checks the telemetry of a configuration and converts it to a record. */
final class TelemetryReader {
  private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";

  private TelemetryReader() {}

  /** Returns the configuration, or null after a problem. */
  static @Nullable OtlpConfig read(Otlp otlp, Place place, Surroundings surroundings) {
    URI endpoint = endpoint(otlp.getEndpoint(), place.at("endpoint"));
    Map<String, SecretSource> headers = new LinkedHashMap<>();
    otlp.getHeadersMap()
        .forEach(
            (name, secret) -> {
              Place here = place.at("headers").at(name);
              if (!name.matches(TOKEN)) {
                here.problem("is not the name of a header; give letters, digits and -");
              }
              SecretSource source = surroundings.secret(secret, here);
              if (source != null) {
                headers.put(name.toLowerCase(Locale.ROOT), source);
              }
            });
    return endpoint == null
        ? null
        : new OtlpConfig(
            endpoint,
            headers,
            surroundings.readableOrNull(otlp.getCa(), place.at("ca")),
            ProtoDurations.of(otlp.getInterval()),
            otlp.hasSample() ? otlp.getSample().getPercent() : 100);
  }

  private static @Nullable URI endpoint(String text, Place place) {
    if (text.isEmpty()) {
      return null; // already reported
    }
    try {
      URI endpoint = new URI(text);
      boolean http = "http".equals(endpoint.getScheme()) || "https".equals(endpoint.getScheme());
      if (http
          && endpoint.getHost() != null
          && endpoint.getUserInfo() == null
          && endpoint.getQuery() == null
          && endpoint.getFragment() == null) {
        return endpoint;
      }
    } catch (URISyntaxException e) {
      // Reported below, without the text, which may contain a password.
    }
    place.problem(
        "is not the URL of a collector; give http://HOST:PORT or https://HOST:PORT, perhaps with a"
            + " path");
    return null;
  }
}
