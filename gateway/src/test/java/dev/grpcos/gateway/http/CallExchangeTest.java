package dev.grpcos.gateway.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.MethodDescriptor;
import dev.grpcos.gateway.call.Gzip;
import dev.grpcos.gateway.call.Refusal;
import dev.grpcos.gateway.limit.MessageMemory;
import dev.grpcos.gateway.reflection.DescriptorIndex;
import dev.grpcos.gateway.reflection.ServedTypes;
import dev.grpcos.proto.helloworld.HelloReply;
import dev.grpcos.proto.helloworld.HelloWorldProto;
import io.grpc.CallOptions;
import io.grpc.Metadata;
import io.grpc.Status;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests which messages are converted on the event loop, and the order of what follows them. */
final class CallExchangeTest {
  private static final int LIMIT = 1 << 20;
  private static final String LARGE = "x".repeat(100_000);

  private static final MethodDescriptor METHOD =
      HelloWorldProto.getDescriptor().findServiceByName("Greeter").findMethodByName("SayHello");

  private static final ServedTypes TYPES = new ServedTypes(new DescriptorIndex(List.of()));

  private final EmbeddedChannel channel = new EmbeddedChannel(new ChannelInboundHandlerAdapter());
  private final Queue<Runnable> work = new ArrayDeque<>();
  private boolean rejects;
  private long mostMemory = 64 << 20;
  private final MessageMemory memory = new MessageMemory(() -> mostMemory);
  private final PlayedCall call = new PlayedCall();
  private final HttpReply reply = EmbeddedReplies.on(channel, () -> {});

  @AfterEach
  void release() {
    channel.finishAndReleaseAll();
  }

  private CallExchange begin(RequestBody body, boolean stream) {
    JsonCodec codec = new JsonCodec(METHOD, TYPES);
    return begin(
        codec,
        body,
        stream
            ? new LineResponse(reply, false, TYPES)
            : new UnaryResponse(reply, codec, false, TYPES));
  }

  private CallExchange begin(MessageCodec codec, RequestBody body, ResponseBody response) {
    return new CallExchange(
            call,
            new CallRequest(
                "helloworld.Greeter/SayHello",
                null,
                null,
                new Metadata(),
                CallOptions.DEFAULT,
                new DefaultHttpHeaders(),
                reply,
                pauses -> {},
                new RequestScope(
                    null, MethodCatalog.ofUnknown("none"), (upstream, method) -> false)),
            codec,
            body,
            response,
            () -> memory.account(true),
            new WorkThreads(this::add, "too much"),
            channel.eventLoop())
        .begin();
  }

  private void add(Runnable task) {
    if (rejects) {
      throw new RejectedExecutionException();
    }
    work.add(task);
  }

  private void send(CallExchange exchange, String body) {
    EmbeddedReplies.send(exchange, body);
    channel.runPendingTasks();
  }

  private void end(CallExchange exchange) {
    exchange.end();
    channel.runPendingTasks();
  }

  /** Does the work that waits for other threads. */
  private void work() {
    work.remove().run();
    channel.runPendingTasks();
  }

  private String response() {
    return EmbeddedReplies.sent(channel);
  }

  private static String json(String name) {
    return "{\"name\":\"" + name + "\"}";
  }

  private static byte[] message(String text) {
    return HelloReply.newBuilder().setMessage(text).build().toByteArray();
  }

  @Test
  void smallMessagesAreConvertedOnTheLoop() throws Exception {
    CallExchange exchange = begin(new WholeBody(false, LIMIT), false);
    send(exchange, json("a"));
    end(exchange);
    assertThat(call.names()).containsExactly("a");
    assertThat(call.halfClosed).isTrue();

    call.listener().onMessage(message("b"));
    call.listener().onClose(Status.OK, new Metadata());
    assertThat(response()).isEqualTo("200 {\"message\":\"b\"}\n");
    assertThat(work).isEmpty();
  }

  @Test
  void largeRequestIsConvertedElsewhere() throws Exception {
    CallExchange exchange = begin(new WholeBody(false, LIMIT), false);
    send(exchange, json(LARGE));
    end(exchange);
    assertThat(call.messages).isEmpty();
    assertThat(call.halfClosed).isFalse();

    work();
    assertThat(call.names()).containsExactly(LARGE);
    assertThat(call.halfClosed).isTrue();
  }

  @Test
  void conversionIsChargedUntilTheMessageIsPassedOn() {
    CallExchange exchange = begin(new WholeBody(false, LIMIT), false);
    send(exchange, json(LARGE));
    end(exchange);
    work();

    assertThat(call.messages).hasSize(1);
    assertThat(memory.used()).isPositive().isLessThan(2L * LARGE.length());
  }

  @Test
  void errorInALargeRequestEndsTheCall() {
    CallExchange exchange = begin(new WholeBody(false, LIMIT), false);
    send(exchange, json(LARGE) + "?");
    end(exchange);
    work();

    assertThat(call.cancelled).isTrue();
    assertThat(response()).startsWith("400 {\"code\":\"invalid_argument\"");
  }

  @Test
  void requestsOfAStreamKeepTheirOrder() throws Exception {
    CallExchange exchange = begin(new LineBody(LIMIT), true);
    channel.runPendingTasks();
    send(exchange, json("1") + "\n" + json(LARGE) + "\n" + json("3") + "\n");
    assertThat(call.names()).containsExactly("1");

    end(exchange);
    work();
    assertThat(call.names()).containsExactly("1", LARGE, "3");
    assertThat(call.halfClosed).isTrue();
  }

  @Test
  void endWaitsForALargeResponse() {
    CallExchange exchange = begin(new WholeBody(false, LIMIT), false);
    send(exchange, "{}");
    end(exchange);
    call.listener().onMessage(message(LARGE));
    call.listener().onClose(Status.OK, new Metadata());
    assertThat(response()).isEmpty();

    work();
    assertThat(response()).isEqualTo("200 {\"message\":\"" + LARGE + "\"}\n");
  }

  @Test
  void nextResponseOfAStreamIsRequestedWhenALargeOneIsConverted() {
    CallExchange exchange = begin(new LineBody(LIMIT), true);
    end(exchange);
    call.listener().onMessage(message(LARGE));
    assertThat(call.requested).isEqualTo(1);

    work();
    assertThat(call.requested).isEqualTo(2);
    call.listener().onMessage(message("b"));
    call.listener().onClose(Status.OK, new Metadata());
    assertThat(response()).isEqualTo("200 {\"message\":\"" + LARGE + "\"}\n{\"message\":\"b\"}\n");
  }

  @Test
  void conversionForAClientThatHasGoneIsDropped() {
    CallExchange exchange = begin(new WholeBody(false, LIMIT), false);
    send(exchange, json(LARGE));
    end(exchange);
    assertThat(memory.used()).isPositive();
    exchange.gone();
    assertThat(memory.used()).isZero();
    work();

    assertThat(call.messages).isEmpty();
    assertThat(call.cancelled).isTrue();
    assertThat(response()).isEmpty();
  }

  @Test
  void runningConversionIsChargedAfterTheClientHasGone() {
    HookCodec codec = new HookCodec(new JsonCodec(METHOD, TYPES));
    CallExchange exchange =
        begin(codec, new WholeBody(true, LIMIT), new UnaryResponse(reply, codec, false, TYPES));
    ByteBuf body = Unpooled.wrappedBuffer(Gzip.compress(json(noise()).getBytes(UTF_8)));
    exchange.data(body);
    body.release();
    end(exchange);
    List<Long> used = new ArrayList<>();
    codec.hook =
        () -> {
          used.add(memory.used());
          exchange.gone();
          used.add(memory.used());
        };
    work();

    assertThat(used.get(0)).isPositive();
    assertThat(used.get(1)).isEqualTo(used.get(0));
    assertThat(memory.used()).isZero();
    assertThat(call.messages).isEmpty();
  }

  private static String noise() {
    StringBuilder text = new StringBuilder();
    new Random(1).ints(LARGE.length(), 'a', 'z').forEach(c -> text.append((char) c));
    return text.toString();
  }

  @Test
  void messageIsNotLostIfTheNextOnesDoNotFit() {
    CallExchange exchange = begin(new LineBody(LIMIT), true);
    channel.runPendingTasks();
    send(exchange, (json(LARGE) + "\n").repeat(2));
    mostMemory = 0;
    work();

    assertThat(call.cancelled).isTrue();
    assertThat(response()).startsWith("429 {\"code\":\"resource_exhausted\"");
    assertThat(memory.used()).isZero();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void largeProtobufResponseIsCompressedElsewhere(boolean compresses) {
    CallExchange exchange =
        begin(
            MessageCodec.PROTO,
            new WholeBody(false, LIMIT),
            new UnaryResponse(reply, MessageCodec.PROTO, compresses, TYPES));
    end(exchange);
    call.listener().onMessage(message(LARGE));
    assertThat(work).hasSize(compresses ? 1 : 0);
    work.forEach(Runnable::run);
    channel.runPendingTasks();
    call.listener().onClose(Status.OK, new Metadata());

    assertThat(response()).startsWith("200 ");
  }

  @Test
  void largeMessageOfAStreamIsWrittenInPieces() {
    ByteBuf large = Unpooled.wrappedBuffer(new byte[150_000]);
    reply.begin(HttpResponseStatus.OK, new DefaultHttpHeaders());
    reply.piece(large);
    channel.runPendingTasks();

    List<Integer> sizes = new ArrayList<>();
    for (Object part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
      if (part instanceof HttpContent content) {
        sizes.add(content.content().readableBytes());
        content.release();
      }
    }
    assertThat(sizes).containsExactly(1 << 16, 1 << 16, 150_000 - (2 << 16));
  }

  @Test
  void stopAnswersACallWhoseResponseAnotherThreadMakes() {
    CallExchange exchange =
        begin(
            MessageCodec.PROTO,
            new WholeBody(false, LIMIT),
            new UndescribedResponse(
                new UnaryResponse(reply, MessageCodec.PROTO, false, TYPES), () -> {}));
    end(exchange);
    call.listener().onClose(Status.UNIMPLEMENTED, Refusal.trailers());
    assertThat(response()).isEmpty();

    exchange.stop(Refusal.STOPPING);
    assertThat(response()).startsWith("503 ");
  }

  @Test
  void stopAnswersAnAdmittedRequestWhoseResponseAnotherThreadMakes() {
    Admission admission = new Admission(Status.Code.UNIMPLEMENTED, reply, pending -> {});
    admission.onClose(
        Status.UNIMPLEMENTED.withDescription("the request cannot be answered"), new Metadata());
    assertThat(response()).isEmpty();

    admission.stop(Refusal.STOPPING);
    assertThat(response()).startsWith("503 ");
  }

  @Test
  void droppedConversionLeavesTheQueue() throws Exception {
    WorkThreads threads = WorkThreads.pages();
    CountDownLatch busy = new CountDownLatch(1);
    CountDownLatch running = new CountDownLatch(1);
    PendingWork<Boolean> first =
        threads.run(
            () -> {
              running.countDown();
              return awaited(busy);
            },
            channel.eventLoop(),
            done -> {},
            failure -> {});
    running.await();
    try {
      for (int i = 0; i < 1000; i++) {
        List<Status> failures = new ArrayList<>();
        PendingWork<String> next =
            threads.run(() -> "", channel.eventLoop(), done -> {}, failures::add);
        assertThat(failures).isEmpty();
        assertThat(next.drop()).isTrue();
      }
      assertThat(first.drop()).isFalse();
    } finally {
      busy.countDown();
    }
  }

  private static boolean awaited(CountDownLatch latch) {
    try {
      latch.await();
      return true;
    } catch (InterruptedException e) {
      throw new IllegalStateException("nothing interrupts this thread", e);
    }
  }

  @Test
  void rejectedConversionIsResourceExhausted() {
    rejects = true;
    CallExchange exchange = begin(new WholeBody(false, LIMIT), false);
    send(exchange, json(LARGE));
    end(exchange);

    assertThat(call.cancelled).isTrue();
    assertThat(response())
        .startsWith("429 {\"code\":\"resource_exhausted\",\"message\":\"too much\"");
  }
}
