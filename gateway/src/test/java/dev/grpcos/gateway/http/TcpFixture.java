package dev.grpcos.gateway.http;

import static dev.grpcos.gateway.http.TcpGateway.request;

import dev.grpcos.gateway.config.HttpConfig;
import dev.grpcos.gateway.config.Limits;
import dev.grpcos.gateway.http.RawHttp1.Response;
import dev.grpcos.gateway.peer.PeerIdentity;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A gateway with a TCP address, which a test starts. The timeout bounds reads that would wait. */
@Timeout(180)
abstract class TcpFixture {
  static final String SAY_HELLO = "/helloworld.Greeter/SayHello";

  @TempDir Path folder;

  @Nullable TcpGateway gateway;

  TcpGateway start() throws Exception {
    return start(Limits.DEFAULT);
  }

  TcpGateway start(Limits limits) throws Exception {
    gateway = new TcpGateway(folder, config -> config.withLimits(limits));
    return gateway;
  }

  TcpGateway gateway() {
    return Objects.requireNonNull(gateway, "started by the test");
  }

  @AfterEach
  final void stop() {
    gateway().close();
  }

  /** Returns the configuration with another user of connections. */
  static HttpConfig as(@Nullable HttpConfig http, PeerIdentity caller) {
    HttpConfig known = Objects.requireNonNull(http, "listen.http");
    return new HttpConfig(
        known.address(), known.token(), caller, known.methods(), known.hosts(), known.origins());
  }

  /** Returns the head of a response that has no body. */
  Response head(String request) throws Exception {
    try (RawHttp1 connection = gateway().connect()) {
      return connection.send(request).head();
    }
  }
}
