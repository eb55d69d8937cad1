package dev.grpcos.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.gateway.channel.ServerAddress;
import dev.grpcos.gateway.config.UpstreamConfig;
import io.grpc.Status;
import io.netty.channel.ConnectTimeoutException;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateExpiredException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests the messages about an upstream: its title, the problem, and the configuration key. */
class UpstreamFailuresTest {
  @TempDir private Path folder;

  private static String reason(String target, Status status) {
    UpstreamConfig config = TestServer.config("books", target);
    ServerAddress address = ServerAddress.parse(target, Path.of("/"));
    return new UpstreamFailures("upstream books", config, address).reason(status);
  }

  private static Status failed(Throwable cause) {
    return Status.UNAVAILABLE.withDescription("io exception").withCause(cause);
  }

  @Test
  void knownCauseNamesTheConfigurationKey() {
    assertThat(reason("localhost:1", failed(new ConnectException("Connection refused"))))
        .isEqualTo("connection refused; start the server, or check `target`");
    assertThat(
            reason("localhost:1", failed(new CertificateExpiredException("NotAfter: yesterday"))))
        .isEqualTo("its certificate has expired (NotAfter: yesterday); renew it");
  }

  @Test
  void serverWithoutAlpnNamesItsKey() {
    assertThat(reason("localhost:1", failed(new IOException("Failed ALPN negotiation"))))
        .endsWith("set `tls.no_alpn` if it is a gRPC server without ALPN");
  }

  @Test
  void unknownCauseHasNoAdvice() {
    assertThat(reason("localhost:1", failed(new ConnectException("No route to host"))))
        .isEqualTo("No route to host");
  }

  @Test
  void refusedConnectionReportsThatThePathIsNotASocket() throws Exception {
    Path file = Files.createFile(folder.resolve("file"));

    assertThat(reason("unix:" + file, failed(new ConnectException("Connection refused"))))
        .startsWith("it is a regular file, not a socket; ");
  }

  @Test
  void connectTimeoutIsReported() {
    Status status = failed(new ConnectTimeoutException("connection timed out"));

    assertThat(reason("localhost:1", status))
        .startsWith("no answer within ")
        .contains("cannot be reached, or does not speak gRPC without TLS")
        .endsWith("; check `target`");
  }
}
