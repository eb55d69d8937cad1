package dev.grpcos.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.gateway.config.ListenConfig;
import dev.grpcos.gateway.config.NamePattern;
import dev.grpcos.gateway.config.SocketConfig;
import dev.grpcos.gateway.http.RawHttp1.Response;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetricsPageTest {
  private static final String GET = "GET /metrics HTTP/1.1\r\nHost: localhost\r\n";

  @TempDir Path folder;

  @Test
  void ownersSocketHasThePage() throws Exception {
    try (HttpGateway gateway = new HttpGateway(folder, config -> config)) {
      Response response = gateway.exchange(GET + "\r\n");

      assertThat(response.status()).isEqualTo(200);
      assertThat(response.headers())
          .containsEntry("content-type", "text/plain; version=0.0.4; charset=utf-8");
      assertThat(response.body())
          .contains(
              "grpc_server_call_started_total{grpc_method=\"grpcos.admin.v1.Admin/GetStatus\",");
    }
  }

  @Test
  void narrowedSocketHasNoPage() throws Exception {
    Path narrowed = folder.resolve("n.sock");
    try (HttpGateway gateway =
            new HttpGateway(
                folder,
                config ->
                    config.withSockets(
                        List.of(
                            new SocketConfig(
                                new ListenConfig(narrowed, 0600, null),
                                true,
                                Set.of(),
                                Set.of(),
                                List.of(new NamePattern("*"))))));
        RawHttp1 connection = new RawHttp1(narrowed)) {
      assertThat(connection.send(GET + "\r\n").response().status()).isEqualTo(404);
      assertThat(gateway.exchange(GET + "\r\n").status()).isEqualTo(200);
    }
  }

  @Test
  void tcpHasNoPage() throws Exception {
    try (TcpGateway gateway = new TcpGateway(folder, config -> config)) {
      Response response = gateway.exchange(GET + TcpGateway.AUTHORIZATION + "\r\n\r\n");

      assertThat(response.status()).isEqualTo(404);
      assertThat(response.body()).doesNotContain("grpc_server");
    }
  }
}
