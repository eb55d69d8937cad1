package dev.grpcos.gateway.config;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The export of spans and metrics by OTLP over HTTP.
 *
 * @param endpoint the collector's URL, without {@code /v1/traces}
 * @param headers the headers of requests by name, in lower case
 * @param ca the certificates of the authorities to trust, in PEM; null for those of Java
 * @param interval the time between two exports of metrics
 * @param sample the part of new traces that is exported, in percent
 */
public record OtlpConfig(
    URI endpoint,
    Map<String, SecretSource> headers,
    @Nullable Path ca,
    Duration interval,
    int sample) {
  public OtlpConfig {
    headers = Map.copyOf(headers);
  }
}
