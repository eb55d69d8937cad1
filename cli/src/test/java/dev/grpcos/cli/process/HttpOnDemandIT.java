package dev.grpcos.cli.process;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.cli.distribution.Outcome;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A gateway costs no memory for what it does not use: HTTP/1.1, scrapes, credentials. */
final class HttpOnDemandIT {
  private static final Pattern HTTP_CLASS =
      Pattern.compile(
          "dev\\.grpcos\\.gateway\\.(?:http|openapi|rest)\\.[\\w$]+"
              + "|io\\.netty\\.handler\\.codec\\.http\\.HttpObject(?:De|En)coder");

  private static Stream<String> httpClasses(TestGateway gateway) {
    String loaded = new ProcessFacts(gateway.process().pid()).classes();
    assertThat(loaded).contains("dev.grpcos.gateway.Gateway");
    return HTTP_CLASS.matcher(loaded).results().map(MatchResult::group).sorted().distinct();
  }

  @Test
  void firstConnectionLoadsTheClasses(@TempDir Path folder) throws Exception {
    try (TestGateway gateway = TestGateway.run(folder.resolve("g.sock"))) {
      assertThat(gateway.grpcos("call", "Greeter/SayHello", "name=x").run())
          .isEqualTo(new Outcome(0, "{\"message\":\"Hello x\"}\n", ""));
      assertThat(gateway.grpcos("list").with("GRPCOS_COLD", "1").run().exit()).isZero();

      assertThat(new ProcessFacts(gateway.process().pid()).classes())
          .doesNotContain(
              "dev.grpcos.gateway.credential.", "dev.grpcos.proto.spiffe.", "java.net.http.");

      // These are for gRPC with JSON, which is known by each request's content type.
      assertThat(httpClasses(gateway))
          .containsExactly(
              "dev.grpcos.gateway.http.GrpcJsonMethods",
              "dev.grpcos.gateway.http.SharedCatalog",
              "dev.grpcos.gateway.http.SharedConverters");

      try (SocketChannel channel =
          SocketChannel.open(UnixDomainSocketAddress.of(gateway.socket()))) {
        String request = "GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
        channel.write(ByteBuffer.wrap(request.getBytes(US_ASCII)));
        String response = new String(Channels.newInputStream(channel).readAllBytes(), US_ASCII);
        assertThat(response).startsWith("HTTP/1.1 200 ");
      }
      assertThat(httpClasses(gateway))
          .contains(
              "dev.grpcos.gateway.http.HttpConnection",
              "io.netty.handler.codec.http.HttpObjectDecoder");

      assertThat(new ProcessFacts(gateway.process().pid()).classes())
          .doesNotContain("io.prometheus.", "io.opentelemetry.");
      assertThat(gateway.grpcos("gateway", "metrics").run().exit()).isZero();
      assertThat(new ProcessFacts(gateway.process().pid()).classes()).contains("io.prometheus.");
    }
  }
}
