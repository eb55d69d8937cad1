package dev.grpcos.gateway.config;

import dev.grpcos.gateway.channel.ServerAddress;
import dev.grpcos.gateway.text.HeaderText;
import dev.grpcos.proto.config.v1.Otlp;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Checks the telemetry of a configuration and converts it to a record. */
final class TelemetryReader {
  private TelemetryReader() {}

  /** Returns the configuration, or null after a problem. */
  static @Nullable OtlpConfig read(Otlp otlp, Place place, Surroundings surroundings) {
    URI endpoint = endpoint(otlp.getEndpoint(), otlp.getHeadersCount() > 0, place.at("endpoint"));
    Map<String, SecretSource> headers = new LinkedHashMap<>();
    otlp.getHeadersMap()
        .forEach(
            (text, secret) -> {
              Place here = place.at("headers").at(text);
              String name = text.toLowerCase(Locale.ROOT);
              HeaderText.problem(name).ifPresent(problem -> here.problem("%s", problem));
              SecretSource source = surroundings.secret(secret, here);
              if (source != null) {
                headers.put(name, source);
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

  private static @Nullable URI endpoint(String text, boolean hasHeaders, Place place) {
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
        if (hasHeaders
            && "http".equals(endpoint.getScheme())
            && !ServerAddress.isLoopback(endpoint.getHost())) {
          place.problem("is an http URL, which would show the headers; give an https URL");
        }
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
