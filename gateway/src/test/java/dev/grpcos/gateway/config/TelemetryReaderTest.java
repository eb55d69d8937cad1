package dev.grpcos.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TelemetryReaderTest {
  @TempDir Path folder;

  private GatewayConfig read(String otlp) throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("gateway.yaml"), "telemetry: {otlp: {%s}}\n".formatted(otlp));
    return ConfigFile.read(file, folder.resolve("g.sock"), Map.of());
  }

  @Test
  void valuesAreRead() throws Exception {
    assertThat(
            read("endpoint: 'https://c.example:4318/x', interval: 5s, sample: 10%,"
                    + " headers: {X-Api-Key: {file: key}}")
                .telemetry())
        .isEqualTo(
            new OtlpConfig(
                URI.create("https://c.example:4318/x"),
                Map.of("x-api-key", new SecretSource.OfFile(folder.resolve("key"))),
                null,
                Duration.ofSeconds(5),
                10));
    assertThat(read("endpoint: 'http://[::1]:4318'").telemetry())
        .isEqualTo(
            new OtlpConfig(
                URI.create("http://[::1]:4318"), Map.of(), null, Duration.ofMinutes(1), 100));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost:4318",
        "ftp://localhost",
        "http://",
        "http://user:password@localhost",
        "http://localhost?key=1",
        "http://a b"
      })
  void otherEndpointsAreRefused(String endpoint) {
    assertThatThrownBy(() -> read("endpoint: '" + endpoint + "'"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("telemetry.otlp.endpoint is");
  }

  @Test
  void headerNeedsAName() {
    assertThatThrownBy(() -> read("endpoint: 'https://c', headers: {'a b': {file: key}}"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("telemetry.otlp.headers.a b ");
    assertThatThrownBy(() -> read("endpoint: 'https://c', headers: {Host: {file: key}}"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("telemetry.otlp.headers.Host ");
  }

  @Test
  void headersGoOverHttpToLoopbackOnly() throws Exception {
    assertThatThrownBy(() -> read("endpoint: 'http://c.example', headers: {a: {file: key}}"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(
            "telemetry.otlp.endpoint is an http URL, which would show the headers; give an https");
    assertThat(read("endpoint: 'http://127.0.0.1:1', headers: {a: {file: key}}").telemetry())
        .isNotNull();
    assertThat(read("endpoint: 'http://c.example'").telemetry()).isNotNull();
  }
}
