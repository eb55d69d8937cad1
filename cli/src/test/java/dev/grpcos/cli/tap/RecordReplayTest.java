package dev.grpcos.cli.tap;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.grpcos.gateway.channel.EventLoops;
import io.grpc.Channel;
import io.grpc.ClientInterceptor;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import io.grpc.testing.integration.EmptyProtos.Empty;
import io.grpc.testing.integration.Messages.BoolValue;
import io.grpc.testing.integration.Messages.EchoStatus;
import io.grpc.testing.integration.Messages.Payload;
import io.grpc.testing.integration.Messages.ResponseParameters;
import io.grpc.testing.integration.Messages.SimpleRequest;
import io.grpc.testing.integration.Messages.StreamingInputCallRequest;
import io.grpc.testing.integration.Messages.StreamingOutputCallRequest;
import io.grpc.testing.integration.TestServiceGrpc;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Records calls of the interoperability suite, and makes the same calls again from the recording.
 */
class RecordReplayTest {
  private static final Metadata.Key<String> ECHO_INITIAL =
      Metadata.Key.of("x-grpc-test-echo-initial", Metadata.ASCII_STRING_MARSHALLER);
  private static final String END = "end";

  @TempDir Path folder;

  @Test
  void callsOfEachKindHaveTheSameResultsFromTheRecording() throws Exception {
    Path recording = folder.resolve("run.jsonl");
    List<String> real = new ArrayList<>();
    List<String> replayed = new ArrayList<>();
    RecordedRun.recordInterop(folder, recording, socket -> real.addAll(results(socket)));
    RecordedRun.replay(
        recording, folder.resolve("r.sock"), socket -> replayed.addAll(results(socket)));
    assertThat(real).hasSizeGreaterThan(12);
    assertThat(replayed).isEqualTo(real);
  }

  private static List<String> results(Path socket) throws Exception {
    EventLoopGroup loops = new EventLoops(1, "test");
    ManagedChannel channel =
        NettyChannelBuilder.forAddress(new DomainSocketAddress(socket.toString()))
            .channelType(EpollDomainSocketChannel.class)
            .eventLoopGroup(loops)
            .overrideAuthority("localhost")
            .usePlaintext()
            .build();
    try {
      return results(channel);
    } finally {
      channel.shutdownNow();
      loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
    }
  }

  private static List<String> results(Channel channel) throws Exception {
    List<String> results = new ArrayList<>();
    var blocking = TestServiceGrpc.newBlockingStub(channel);
    var async = TestServiceGrpc.newStub(channel);
    results.add("empty: " + blocking.emptyCall(Empty.getDefaultInstance()));
    SimpleRequest large =
        SimpleRequest.newBuilder()
            .setResponseSize(314159)
            .setPayload(zeros(271828))
            .setResponseCompressed(BoolValue.newBuilder().setValue(true))
            .build();
    results.add("large: " + blocking.withCompression("gzip").unaryCall(large).hashCode());
    SimpleRequest failing =
        SimpleRequest.newBuilder()
            .setResponseStatus(EchoStatus.newBuilder().setCode(2).setMessage("\t\u263a"))
            .build();
    try {
      results.add("status: " + blocking.unaryCall(failing));
    } catch (StatusRuntimeException e) {
      results.add("status: " + e.getStatus());
    }
    Metadata sent = new Metadata();
    sent.put(ECHO_INITIAL, "echo");
    Answers echo = new Answers();
    StreamObserver<StreamingOutputCallRequest> echoed =
        async
            .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(sent), echo.headers())
            .fullDuplexCall(echo.observer());
    echoed.onNext(output(7));
    echoed.onCompleted();
    results.addAll(echo.all());
    results.add("headers: " + echo.header(ECHO_INITIAL));

    Answers sum = new Answers();
    StreamObserver<StreamingInputCallRequest> inputs = async.streamingInputCall(sum.observer());
    for (int size : new int[] {27182, 8, 1828}) {
      inputs.onNext(StreamingInputCallRequest.newBuilder().setPayload(zeros(size)).build());
    }
    inputs.onCompleted();
    results.addAll(sum.all());

    Answers outputs = new Answers();
    async.streamingOutputCall(output(31415, 9, 2653), outputs.observer());
    results.addAll(outputs.all());

    Answers pongs = new Answers();
    StreamObserver<StreamingOutputCallRequest> pings = async.fullDuplexCall(pongs.observer());
    for (int size : new int[] {31415, 9, 2653}) {
      pings.onNext(output(size));
      results.add(pongs.next());
    }
    pings.onCompleted();
    results.addAll(pongs.all());
    return results;
  }

  private static Payload zeros(int size) {
    return Payload.newBuilder().setBody(ByteString.copyFrom(new byte[size])).build();
  }

  private static StreamingOutputCallRequest output(int... sizes) {
    StreamingOutputCallRequest.Builder request = StreamingOutputCallRequest.newBuilder();
    for (int size : sizes) {
      request.addResponseParameters(ResponseParameters.newBuilder().setSize(size));
    }
    return request.build();
  }

  /** The responses of a call as text, and its end. */
  private static final class Answers {
    private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();
    private final AtomicReference<Metadata> came = new AtomicReference<>();

    <T> StreamObserver<T> observer() {
      return new StreamObserver<>() {
        @Override
        public void onNext(T message) {
          answers.add("message of " + message.toString().length());
        }

        @Override
        public void onError(Throwable cause) {
          answers.add(cause.toString());
          answers.add(END);
        }

        @Override
        public void onCompleted() {
          answers.add(END);
        }
      };
    }

    ClientInterceptor headers() {
      return MetadataUtils.newCaptureMetadataInterceptor(came, new AtomicReference<>());
    }

    String header(Metadata.Key<String> key) {
      Metadata headers = came.get();
      return String.valueOf(headers == null ? null : headers.get(key));
    }

    String next() throws InterruptedException {
      return String.valueOf(answers.poll(60, TimeUnit.SECONDS));
    }

    List<String> all() throws InterruptedException {
      List<String> all = new ArrayList<>();
      do {
        all.add(next());
      } while (!all.get(all.size() - 1).equals(END));
      return all;
    }
  }
}
