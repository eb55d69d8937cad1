package dev.grpcos.gateway.channel;

import static dev.grpcos.gateway.channel.FailingServers.authority;
import static dev.grpcos.gateway.channel.FailingServers.goAway;
import static dev.grpcos.gateway.channel.FailingServers.headers;
import static dev.grpcos.gateway.channel.FailingServers.leaf;
import static dev.grpcos.gateway.channel.FailingServers.tls;
import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.gateway.RawHttp2;
import dev.grpcos.proto.helloworld.GreeterGrpc;
import dev.grpcos.proto.helloworld.HelloRequest;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.unix.Errors;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.CertificateBuilder.Algorithm;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests each cause with a real failure, to detect changed texts of libraries. */
@Timeout(180)
final class FailureCauseTest {
  private static final String NAME = FailingServers.NAME;

  /** The kernel's number for "Permission denied". */
  private static final int EACCES = 13;

  private final EventLoopGroup loops = new EventLoops(1, "test");
  private final FailingServers servers = new FailingServers(loops);

  @TempDir Path folder;

  @AfterEach
  void end() throws Exception {
    servers.close();
    loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  @ParameterizedTest
  @EnumSource
  void causeIsRecognised(FailureCause cause) throws Exception {
    assertCause(provoke(cause), cause);
  }

  private static FailureDiagnosis assertCause(Status status, FailureCause cause) {
    FailureDiagnosis diagnosis = FailureDiagnosis.of(status);
    assertThat(diagnosis.cause()).as("%s: %s", status, status.getCause()).isEqualTo(cause);
    assertThat(diagnosis.problem()).hasLineCount(1).doesNotContain("null", "Exception", "%");
    return diagnosis;
  }

  private Status provoke(FailureCause cause) throws Exception {
    return switch (cause) {
      case PEER_REFUSED ->
          call(
              servers.local(folder.resolve("refused.sock")),
              ChannelSettings.DEFAULT.withPeerCheck(uid -> Optional.of("uid " + uid + "; x")));
      case DEADLINE_PASSED ->
          call(servers.http2((http, stream) -> {}), ChannelSettings.DEFAULT, 100);
      case RESPONSE_TOO_LARGE ->
          call(servers.grpc(server -> server), ChannelSettings.DEFAULT.withMaxMessage(3));
      case NOT_GRPC ->
          call(servers.http2((http, s) -> headers(http, s, "content-type", "text/html")));
      case METADATA_NOT_BASE64 ->
          call(
              servers.http2(
                  (http, s) ->
                      headers(http, s, "content-type", "application/grpc", "x-bin", "!!")));
      case REQUEST_METADATA_TOO_LARGE ->
          call(servers.grpc(server -> server.maxInboundMetadataSize(100)));
      case RESPONSE_METADATA_TOO_LARGE ->
          call(
              servers.http2((http, s) -> headers(http, s, "content-type", "application/grpc")),
              ChannelSettings.DEFAULT.withMaxMetadata(50));
      case UNKNOWN_HOST -> call(new ServerAddress.Tcp("host.invalid", 1, false));
      case PROXY_REFUSED -> {
        ServerAddress.Tcp proxy =
            (ServerAddress.Tcp)
                servers.saying("HTTP/1.1 403 Filtered\r\nContent-Length: 0\r\n\r\n");
        yield call(
            new ServerAddress.Tcp("server.invalid", 1, false),
            ChannelSettings.DEFAULT.withProxy(
                new HttpProxy(proxy.host(), proxy.port(), "me", "secret")));
      }
      case CONNECTION_REFUSED -> call(servers.unserved());
      case NO_SOCKET -> call(new ServerAddress.Unix(folder.resolve("none.sock")));
      case ACCESS_DENIED ->
          // Tests may run as root, to which the kernel denies nothing, so this uses Netty's text of
          // the error.
          Status.UNAVAILABLE.withCause(Errors.newIOException("connect", -EACCES));
      case CONNECT_TIMED_OUT ->
          call(servers.full(), ChannelSettings.DEFAULT.withConnectTimeout(Duration.ofMillis(50)));
      case CERTIFICATE_EXPIRED -> callOverTls(NAME, -2, -1);
      case CERTIFICATE_NOT_YET_VALID -> callOverTls(NAME, 1, 2);
      case CERTIFICATE_WITHOUT_NAME -> {
        X509Bundle root = authority();
        X509Bundle unnamed =
            new CertificateBuilder()
                .subject("CN=" + NAME)
                .algorithm(Algorithm.ecp256)
                .buildIssuedBy(root);
        yield call(grpc(tls(unnamed)), trusting(root));
      }
      case SPIFFE_ID_REFUSED -> {
        X509Bundle root = authority();
        SpiffeTrust trust = new SpiffeTrust(SpiffeId.parse("spiffe://test/server"));
        trust.update(Map.of("test", List.of(root.getCertificate())));
        yield call(
            grpc(tls(leaf(root, NAME, -1, 1))),
            ChannelSettings.DEFAULT.withTls(new ClientTls(trust, null, null)));
      }
      case CERTIFICATE_NOT_FITTING -> callOverTls("other.example", -1, 1);
      case CERTIFICATE_NOT_TRUSTED ->
          call(grpc(tls(leaf(authority(), NAME, -1, 1))), trusting(authority()));
      case CLIENT_CERTIFICATE_REQUIRED -> {
        X509Bundle root = authority();
        yield call(
            grpc(
                tls(leaf(root, NAME, -1, 1))
                    .trustManager(root.getCertificate())
                    .clientAuth(ClientAuth.REQUIRE)),
            trusting(root));
      }
      case TLS_ALERT -> {
        X509Bundle root = authority();
        yield call(
            grpc(
                tls(leaf(root, NAME, -1, 1))
                    .protocols("TLSv1.2")
                    .ciphers(List.of("TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA"))),
            trusting(root));
      }
      case NOT_TLS -> call(servers.grpc(server -> server), trusting(authority()));
      case NO_ALPN -> callWithoutHttp2();
      case ALPN_REFUSED -> callWithoutHttp2("http/1.1");
      case EXPECTS_TLS -> call(servers.saying("\u0015\u0003\u0003\0\2\2\n"));
      case HTTP_1 -> call(servers.saying("HTTP/1.1 400 Bad Request\r\n\r\n"));
      case NOT_HTTP_2 -> call(servers.saying("SSH-2.0-OpenSSH_9.2\r\n"));
      case TLS_FAILED ->
          call(servers.saying("\u0016\u0003\u0003\0\4c\0\0\0"), trusting(authority()));
      case CALL_NOT_PROCESSED ->
          call(
              servers.http2(
                  (http, s) -> http.frame(RawHttp2.RST_STREAM, 0, s, new byte[] {0, 0, 0, 7})));
      case CONNECTIONS_ENDED -> Status.INTERNAL.withDescription("Too many transparent retries");
      case CONNECTION_CLOSED -> call(servers.http2((http, stream) -> http.close()));
      case HTTP_2_ERROR ->
          call(servers.http2((http, s) -> http.frame(RawHttp2.DATA, 0, 0, new byte[1])));
    };
  }

  private Status callOverTls(String name, int from, int until) throws Exception {
    X509Bundle root = authority();
    return call(grpc(tls(leaf(root, name, from, until))), trusting(root));
  }

  private Status callWithoutHttp2(String... protocols) throws Exception {
    X509Bundle root = authority();
    return call(servers.jdkTls(leaf(root, NAME, -1, 1), protocols), trusting(root));
  }

  @ParameterizedTest
  @EnumSource(names = {"EXPECTS_TLS", "HTTP_1", "NOT_HTTP_2", "CONNECTION_REFUSED"})
  void serverThatCannotBeReachedIsUnavailable(FailureCause cause) throws Exception {
    assertThat(provoke(cause).getCode()).isEqualTo(Status.Code.UNAVAILABLE);
  }

  @Test
  void immediatelyClosedConnectionIsRecognised() throws Exception {
    assertCause(
        call(servers.raw(connection -> connection.close())), FailureCause.CONNECTION_CLOSED);
  }

  @Test
  void problemNamesTheErrorOfAGoAway() throws Exception {
    Status status =
        call(
            servers.http2(
                (http, stream) -> {
                  goAway(http, 11);
                  // After close(), bytes of the client in transit would cause a reset, in which
                  // the client may lose the frame.
                  http.shutdownOutput();
                }));

    assertThat(assertCause(status, FailureCause.CONNECTION_CLOSED).problem())
        .contains("ENHANCE_YOUR_CALM");
  }

  @Test
  void gracefulGoAwayMeansThatTheCallWasNotProcessed() throws Exception {
    assertCause(
        call(servers.http2((http, stream) -> goAway(http, 0))), FailureCause.CALL_NOT_PROCESSED);
  }

  @Test
  void problemNamesTheAnswerOfTheServer() throws Exception {
    assertThat(FailureDiagnosis.of(provoke(FailureCause.NOT_GRPC)).problem())
        .isEqualTo("answered with HTTP status 200 and content type text/html, which is not gRPC");
  }

  @Test
  void problemNamesTheAnswerOfTheProxyAndNoLogin() throws Exception {
    assertThat(FailureDiagnosis.of(provoke(FailureCause.PROXY_REFUSED)).problem())
        .isEqualTo("does not connect to the server (403 Filtered)");
  }

  @Test
  void unknownCauseKeepsItsTextWithoutTheSystemCall() {
    Status status =
        Status.UNAVAILABLE
            .withDescription("io exception")
            .withCause(Errors.newIOException("connect", -113));

    assertThat(FailureDiagnosis.of(status))
        .isEqualTo(new FailureDiagnosis(null, "No route to host"));
  }

  @Test
  void statusWithoutTextIsNamedByItsCode() {
    assertThat(FailureDiagnosis.of(Status.UNAVAILABLE).problem()).isEqualTo("UNAVAILABLE");
  }

  private ServerAddress grpc(SslContextBuilder tls) throws IOException {
    var context = tls.build();
    return servers.grpc(server -> server.sslContext(context));
  }

  private static ChannelSettings trusting(X509Bundle authority) throws Exception {
    return ChannelSettings.DEFAULT.withTls(
        new ClientTls(ClientTls.trusting(List.of(authority.getCertificate())), null, null));
  }

  private Status call(ServerAddress address) throws Exception {
    return call(address, ChannelSettings.DEFAULT);
  }

  private Status call(ServerAddress address, ChannelSettings settings) throws Exception {
    return call(address, settings, 60_000);
  }

  private Status call(ServerAddress address, ChannelSettings settings, long deadlineMillis)
      throws Exception {
    ManagedChannel channel = Channels.builder(address, settings, loops).build();
    try {
      String greeting =
          GreeterGrpc.newBlockingStub(channel)
              .withDeadlineAfter(deadlineMillis, TimeUnit.MILLISECONDS)
              .sayHello(HelloRequest.getDefaultInstance())
              .getMessage();
      throw new AssertionError("no failure: " + greeting);
    } catch (StatusRuntimeException e) {
      return e.getStatus();
    } finally {
      assertThat(channel.shutdownNow().awaitTermination(60, TimeUnit.SECONDS)).isTrue();
    }
  }
}
