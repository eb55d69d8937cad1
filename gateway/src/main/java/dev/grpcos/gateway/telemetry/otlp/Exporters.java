package dev.grpcos.gateway.telemetry.otlp;

import dev.grpcos.gateway.config.OtlpConfig;
import dev.grpcos.gateway.credential.SecretValue;
import dev.grpcos.gateway.failure.GatewayException;
import io.opentelemetry.api.metrics.MeterProvider;
import io.opentelemetry.exporter.otlp.http.metrics.OtlpHttpMetricExporter;
import io.opentelemetry.exporter.otlp.http.metrics.OtlpHttpMetricExporterBuilder;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporterBuilder;
import io.opentelemetry.sdk.metrics.export.MetricExporter;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The exporters of one collector.
 *
 * @param spans exports spans
 * @param metrics exports metrics
 */
record Exporters(SpanExporter spans, MetricExporter metrics) {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  /** Returns exporters that log failures once, until an export succeeds. */
  static Exporters of(OtlpConfig config) throws GatewayException {
    String base = config.endpoint().toString().replaceFirst("/+$", "");
    Map<String, SecretValue> secrets = new LinkedHashMap<>();
    config.headers().forEach((name, source) -> secrets.put(name, new SecretValue(source)));
    ExportFailures failures = new ExportFailures(base);
    Supplier<Map<String, String>> headers = () -> headers(secrets, failures);
    OtlpHttpSpanExporterBuilder spans =
        OtlpHttpSpanExporter.builder()
            .setEndpoint(base + "/v1/traces")
            .setHeaders(headers)
            .setTimeout(TIMEOUT)
            .setConnectTimeout(TIMEOUT)
            .setCompression("gzip")
            .setMeterProvider(MeterProvider.noop())
            .setRetryPolicy(null);
    OtlpHttpMetricExporterBuilder metrics =
        OtlpHttpMetricExporter.builder()
            .setEndpoint(base + "/v1/metrics")
            .setHeaders(headers)
            .setTimeout(TIMEOUT)
            .setConnectTimeout(TIMEOUT)
            .setCompression("gzip")
            .setMeterProvider(MeterProvider.noop())
            .setRetryPolicy(null);
    Path ca = config.ca();
    if (ca != null) {
      byte[] trusted = read(ca);
      try {
        spans.setTrustedCertificates(trusted);
        metrics.setTrustedCertificates(trusted);
      } catch (IllegalStateException | IllegalArgumentException e) {
        throw new GatewayException(
            "telemetry.otlp.ca: %s has no certificate in PEM; correct the file".formatted(ca), e);
      }
    }
    return new Exporters(
        new LoggedSpanExporter(spans.build(), failures),
        new LoggedMetricExporter(metrics.build(), failures));
  }

  /** Returns the headers of a request; one whose secret cannot be read is missing, and logged. */
  private static Map<String, String> headers(
      Map<String, SecretValue> secrets, ExportFailures failures) {
    Map<String, String> headers = new LinkedHashMap<>();
    secrets.forEach(
        (name, secret) -> {
          try {
            headers.put(name, secret.get());
          } catch (IOException e) {
            failures.missingHeader(name, e);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    return headers;
  }

  private static byte[] read(Path file) throws GatewayException {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new GatewayException("telemetry.otlp.ca: %s cannot be read: %s".formatted(file, e), e);
    }
  }
}
