package dev.grpcos.gateway;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.gateway.config.ConfigSource;
import dev.grpcos.gateway.config.GatewayConfig;
import dev.grpcos.proto.helloworld.GreeterGrpc;
import dev.grpcos.proto.helloworld.HelloReply;
import dev.grpcos.proto.helloworld.HelloRequest;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.MethodDescriptor;
import io.grpc.stub.ClientCalls;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests responses that end before the client has sent all of a request. */
@Timeout(180)
final class EarlyResponsesTest {
  private static final int WINDOW_UPDATE = 8;
  private static final int ACK = 1;

  /** The flow control window of a stream. */
  private static final int WINDOW = 1 << 20;

  private static final int FRAME = 16 << 10;
  private static final String UNKNOWN = "no.such.Service/Method";

  @AutoClose private final OpenResources open = new OpenResources();
  private Gateway gateway;
  private Channel channel;

  @BeforeEach
  void start(@TempDir Path folder) throws Exception {
    gateway =
        Gateway.start(
            ConfigSource.fixed(
                GatewayConfig.defaults(folder.resolve("g.sock")).withDrain(Duration.ofMinutes(5))),
            GatewayOptions.DEFAULT);
    channel = open.connect(gateway);
  }

  @Test
  void stoppingGatewayDoesNotWaitForARefusedRequest() throws Exception {
    MethodDescriptor<HelloRequest, HelloReply> method =
        GreeterGrpc.getSayHelloMethod().toBuilder().setFullMethodName(UNKNOWN).build();
    ClientCall<HelloRequest, HelloReply> call = channel.newCall(method, CallOptions.DEFAULT);
    // Unlike a blocking call, this one does not reset the stream of a failed call.
    assertThat(ClientCalls.futureUnaryCall(call, GatewayTest.hello("x".repeat(4 * WINDOW))))
        .failsWithin(Duration.ofSeconds(60))
        .withThrowableThat()
        .withMessageContaining("UNIMPLEMENTED");

    gateway.shutdown();

    assertThat(gateway.awaitTermination(Duration.ofSeconds(60))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"application/grpc", "text/html"})
  void clientMaySendMoreThanTheWindow(String contentType) throws Exception {
    try (RawHttp2 connection = new RawHttp2(gateway.socket()).preface()) {
      frame(connection, RawHttp2.SETTINGS);
      connection.frame(RawHttp2.SETTINGS, ACK, 0, new byte[0]); // the size of the window is valid
      ByteArrayOutputStream block = new ByteArrayOutputStream();
      RawHttp2.field(block, ":method", "POST");
      RawHttp2.field(block, ":scheme", "http");
      RawHttp2.field(block, ":path", "/" + UNKNOWN);
      RawHttp2.field(block, "content-type", contentType);
      RawHttp2.field(block, "te", "trailers");
      connection.frame(RawHttp2.HEADERS, RawHttp2.END_HEADERS, 1, block.toByteArray());
      assertThat(new String(frame(connection, RawHttp2.HEADERS).payload().array(), US_ASCII))
          .contains("grpcos-origin");

      for (int sent = 0; sent < WINDOW; sent += FRAME) {
        connection.frame(RawHttp2.DATA, 0, 1, new byte[FRAME]);
      }

      RawHttp2.Frame update = frame(connection, WINDOW_UPDATE);
      while (update.stream() == 0) {
        update = frame(connection, WINDOW_UPDATE);
      }
      assertThat(update.stream()).isEqualTo(1);
    }
  }

  private static RawHttp2.Frame frame(RawHttp2 connection, int type) throws Exception {
    return Objects.requireNonNull(connection.next(type), "the connection was closed");
  }
}
