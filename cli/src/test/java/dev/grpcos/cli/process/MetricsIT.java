package dev.grpcos.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.grpcos.cli.distribution.Command;
import dev.grpcos.cli.distribution.Outcome;
import dev.grpcos.cli.resident.Eventually;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests the metrics with Prometheus and its tools. */
final class MetricsIT {
  /** The value of a header, which no metric may contain. */
  private static final String SECRET = "not-to-be-counted";

  @TempDir static Path folder;
  private static TestGateway gateway;

  @BeforeAll
  static void startGateway() throws Exception {
    gateway = TestGateway.run(folder.resolve("g.sock"));
    Outcome call =
        gateway
            .grpcos("call", "Greeter/SayHello", "name=x", "-H", "authorization: Bearer " + SECRET)
            .run();
    assertThat(call.exit()).isZero();
    Outcome unknown = gateway.grpcos("call", "no.Such" + SECRET + "/Method", "-d", "{}").run();
    assertThat(unknown.exit()).isNotZero();
  }

  @AfterAll
  static void stopGateway() {
    gateway.close();
  }

  @AfterEach
  void endProcesses() {
    gateway.endStarted();
  }

  @Test
  void metricsAreInOrderForPrometheus() throws Exception {
    Path promtool = ForeignTools.program("promtool");
    for (RunMode mode : RunMode.values()) {
      Outcome metrics = mode.on(gateway.grpcos("gateway", "metrics")).run();

      assertThat(metrics.stderr()).isEmpty();
      assertThat(metrics.stdout())
          .contains("grpc_server_call_started_total{grpc_method=\"helloworld.Greeter/SayHello\"")
          .doesNotContain(SECRET);
      Outcome check =
          new Command(promtool, "check", "metrics")
              .stdinPipe(metrics.stdout().getBytes(StandardCharsets.UTF_8))
              .run();
      assertThat(check).isEqualTo(new Outcome(0, "", ""));
    }
  }

  @Test
  void statusHasTheSameAsOneDocument() throws Exception {
    Outcome status = gateway.grpcos("gateway", "status", "--json").run();

    assertThat(status.stdout()).doesNotContain(SECRET);
    JsonObject metrics =
        JsonParser.parseString(status.stdout()).getAsJsonObject().getAsJsonObject("metrics");
    assertThat(metrics.keySet())
        .contains(
            "secondsBounds",
            "bytesBounds",
            "methods",
            "callers",
            "connections",
            "processes",
            "audit",
            "messages",
            "reloads");
    assertThat(metrics.getAsJsonArray("methods"))
        .anySatisfy(
            each ->
                assertThat(each.getAsJsonObject().get("method").getAsString())
                    .isEqualTo("helloworld.Greeter/SayHello"));
  }

  /** The way that the manual describes. */
  @Test
  void prometheusScrapesThroughSocat() throws Exception {
    Path prometheus = ForeignTools.program("prometheus");
    Path socat = ForeignTools.program("socat");
    String host = LoopbackAddress.unused();
    String metrics = host + ":20889";
    String web = host + ":20890";
    Path config =
        Files.writeString(
            folder.resolve("prometheus.yml"),
            """
            global: {scrape_interval: 2s, scrape_timeout: 2s}
            scrape_configs:
              - job_name: grpcos
                static_configs: [{targets: ['%s']}]
            """
                .formatted(metrics));
    Path script =
        Files.writeString(
            folder.resolve("metrics"),
            """
            #!/bin/sh
            sed '/^.$/q' >/dev/null
            printf 'HTTP/1.0 200 OK\\r\\nContent-Type: text/plain; version=0.0.4\\r\\n\\r\\n'
            exec grpcos gateway metrics
            """);
    assertThat(script.toFile().setExecutable(true)).isTrue();
    gateway.start(
        gateway.bash(
            "exec %s TCP-LISTEN:20889,bind=%s,reuseaddr,fork EXEC:%s"
                .formatted(socat, host, script)));
    gateway.start(
        new Command(
            prometheus,
            "--config.file=" + config,
            "--storage.tsdb.path=" + folder.resolve("data"),
            "--web.listen-address=" + web));
    String query = "grpc_server_call_started_total{grpc_method=\"helloworld.Greeter/SayHello\"}";
    URI uri =
        URI.create(
            "http://%s/api/v1/query?query=%s"
                .formatted(web, URLEncoder.encode(query, StandardCharsets.UTF_8)));
    HttpClient client = HttpClient.newHttpClient();
    Eventually.until(
        "Prometheus has the number of calls",
        TestGateway.SOON,
        () -> answer(client, uri).matches(".*\"route\":\"local\".*\"value\":\\[[0-9.]+,\"1\"].*"));
  }

  private static String answer(HttpClient client, URI uri) throws InterruptedException {
    try {
      return client
          .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
          .body();
    } catch (IOException e) {
      return ""; // it starts
    }
  }
}
