package dev.grpcos.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.gateway.Await;
import io.grpc.Metadata;
import io.grpc.Status;
import io.netty.util.concurrent.DefaultEventExecutor;
import io.netty.util.concurrent.EventExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Tests on which threads responses are converted, and the order of what follows them. */
final class GrpcJsonResponsesTest extends GrpcJsonCallFixture {
  @Test
  void otherCallsOfTheLoopDoNotWaitForALargeResponse() {
    TestCall large = call();
    large.respond(LARGE);
    assertThat(large.sent).isEmpty();

    TestCall other = call();
    other.respond("b");
    assertThat(other.sent).containsExactly("b");

    work();
    assertThat(large.sent).containsExactly("large");
  }

  @Test
  void whatFollowsALargeResponseWaits() {
    TestCall call = call();
    call.handler().sendHeaders(new Metadata());
    call.respond(LARGE);
    call.respond("a");
    call.respond(LARGE);
    call.respond("b");
    call.handler().close(Status.OK, new Metadata());
    assertThat(call.sent).containsExactly("headers");

    work();
    assertThat(call.sent).containsExactly("headers", "large", "a");
    work();
    assertThat(call.sent).containsExactly("headers", "large", "a", "large", "b", "OK");
    assertThat(call.handled).as("ready when the call has ended").isEmpty();
  }

  @Test
  void callIsNotReadyDuringTheConversionOfAResponse() {
    TestCall call = call();
    assertThat(call.handler().isReady()).isTrue();
    call.respond(LARGE);
    assertThat(call.handler().isReady()).isFalse();
    call.requests.onReady();
    assertThat(call.handled).isEmpty();

    work();
    assertThat(call.handled).containsExactly("ready");
    assertThat(call.handler().isReady()).isTrue();
  }

  @Test
  void largeResponseIsChargedUntilTheConnectionHasSentIt() {
    TestCall call = call();
    call.respond(LARGE);
    call.ready = false;
    work();
    assertThat(call.sent).containsExactly("large");
    assertThat(memory.used()).isPositive();
    assertThat(call.handled).isEmpty();

    call.ready = true;
    call.requests.onReady();
    assertThat(call.handled).containsExactly("ready");
    assertThat(memory.used()).isZero();
  }

  /** Everything is sent by the event loop, in the order of the handler. */
  @Test
  void handlerMayUseAnotherThread() throws Exception {
    EventExecutor loop = new DefaultEventExecutor();
    try {
      TestCall call =
          new TestCall(
              new ConnectionConversions(new SharedConverters(WorkThreads.converters()), loop));
      call.handler().sendHeaders(new Metadata());
      call.respond("a");
      call.respond(LARGE);
      assertThat(call.handler().isReady() && call.sent.size() < 3).isFalse();
      Await.until("the call is ready again", () -> call.handled.contains("ready"));
      loop.submit(() -> call.respond("b")).sync();
      call.respond(LARGE);
      call.handler().close(Status.OK, new Metadata());
      Await.until("the call has ended", () -> call.closed);

      assertThat(call.sent).containsExactly("headers", "a", "large", "b", "large", "OK");
      Thread sender = loop.submit(Thread::currentThread).get();
      assertThat(call.senders).containsOnly(sender);
    } finally {
      var unused = loop.shutdownGracefully(0, 0, TimeUnit.SECONDS);
    }
  }
}
