package dev.grpcos.cli.tap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.grpcos.cli.failure.CallFailedException;
import dev.grpcos.cli.output.ErrorFormat;
import dev.grpcos.cli.output.ErrorOutput;
import dev.grpcos.proto.admin.v1.AdminGrpc;
import dev.grpcos.proto.admin.v1.EndTapRequest;
import dev.grpcos.proto.admin.v1.EndTapResponse;
import dev.grpcos.proto.admin.v1.TapRequest;
import dev.grpcos.proto.admin.v1.TapResponse;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class TapSessionTest {
  /** A gateway that stops answering when a tap is open. */
  private static final class HungAdmin extends AdminGrpc.AdminImplBase {
    @Override
    public void tap(TapRequest request, StreamObserver<TapResponse> responses) {
      responses.onNext(
          TapResponse.newBuilder().setOpened(TapResponse.Opened.newBuilder().setTap(1)).build());
    }

    @Override
    public void endTap(EndTapRequest request, StreamObserver<EndTapResponse> responses) {}
  }

  @Test
  void sessionOfAGatewayThatDoesNotAnswerEnds() throws Exception {
    Server server =
        InProcessServerBuilder.forName("hung").addService(new HungAdmin()).build().start();
    ManagedChannel channel = InProcessChannelBuilder.forName("hung").build();
    try {
      TapSession session =
          new TapSession(channel, TapRequest.getDefaultInstance(), Duration.ofMillis(100));
      CompletableFuture<Void> reading =
          CompletableFuture.runAsync(
              () ->
                  session.run(
                      step -> 0,
                      Long.MAX_VALUE,
                      new ErrorOutput(OutputStream.nullOutputStream(), ErrorFormat.TEXT)));
      assertThat(session.finish()).isFalse();
      assertThatThrownBy(() -> reading.get(20, TimeUnit.SECONDS))
          .cause()
          .hasMessage("the gateway does not answer")
          .isInstanceOfSatisfying(
              CallFailedException.class,
              e -> assertThat(e.status().getCause()).as("explained instead").isNull());
    } finally {
      channel.shutdownNow();
      server.shutdownNow();
    }
  }
}
