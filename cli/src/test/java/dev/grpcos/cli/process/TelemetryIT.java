package dev.grpcos.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.cli.distribution.Command;
import dev.grpcos.cli.distribution.Running;
import dev.grpcos.cli.resident.Eventually;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests the export to a collector that reads OTLP with OpenTelemetry's own definitions. */
final class TelemetryIT {
  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

  /** Prints its port, then a line for each span and each metric. */
  private static final String COLLECTOR =
      """
      import gzip, http.server
      from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
      from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

      class Collector(http.server.BaseHTTPRequestHandler):
          def do_POST(self):
              body = self.rfile.read(int(self.headers["content-length"]))
              if self.headers.get("content-encoding") == "gzip":
                  body = gzip.decompress(body)
              if self.path == "/v1/traces":
                  for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
                      for scope in resource.scope_spans:
                          for span in scope.spans:
                              attributes = {a.key: a.value.string_value for a in span.attributes}
                              print("span", span.name, span.trace_id.hex(), span.parent_span_id.hex(),
                                    span.span_id.hex(), attributes["grpcos.route"], flush=True)
              else:
                  for resource in ExportMetricsServiceRequest.FromString(body).resource_metrics:
                      for scope in resource.scope_metrics:
                          for metric in scope.metrics:
                              print("metric", metric.name, metric.WhichOneof("data"), flush=True)
              self.send_response(200)
              self.end_headers()
          def log_message(self, *arguments):
              pass

      server = http.server.HTTPServer(("127.0.0.1", 0), Collector)
      print("port", server.server_port, flush=True)
      server.serve_forever()
      """;

  @TempDir Path folder;

  @Test
  void collectorGetsSpansAndMetrics() throws Exception {
    Path packages = ForeignTools.folder("GRPCOS_TEST_PYTHON_PATH", "Python's opentelemetry-proto");
    Command python =
        new Command(ForeignTools.program("python3"), "-c", COLLECTOR)
            .with("PYTHONPATH", packages.toString());
    try (Running collector = python.start()) {
      Eventually.until(
          "the collector listens",
          TestGateway.SOON,
          () -> collector.stdout().contains("port") || !collector.isAlive());
      assertThat(collector.stderr()).isEmpty();
      String port =
          collector.stdout().lines().findFirst().orElseThrow().substring("port ".length());
      Path config =
          Files.writeString(
              folder.resolve("gateway.yaml"),
              "warmup: false\ntelemetry: {otlp: {endpoint: 'http://127.0.0.1:%s', interval: 1s}}\n"
                  .formatted(port));
      try (TestGateway gateway =
          TestGateway.run(folder.resolve("g.sock"), "--config", config.toString())) {
        String parent = "traceparent: 00-" + TRACE + "-00f067aa0ba902b7-01";
        assertThat(gateway.grpcos("call", "Greeter/SayHello", "name=x", "-H", parent).run().exit())
            .isZero();

        for (String exported :
            List.of(
                "span helloworld.Greeter/SayHello",
                "metric grpc.server.call.duration histogram\n",
                "metric grpc.server.call.started sum\n",
                "metric grpcos.connections gauge\n")) {
          Eventually.until(exported, TestGateway.SOON, () -> collector.stdout().contains(exported));
        }
      }
      List<String> lines = collector.stdout().lines().toList();
      assertThat(lines)
          .anyMatch(
              each ->
                  each.matches(
                      "span helloworld.Greeter/SayHello "
                          + TRACE
                          + " 00f067aa0ba902b7 [0-9a-f]{16} local"));
    }
  }
}
