package dev.grpcos.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Metadata;
import io.grpc.Status;
import org.junit.jupiter.api.Test;

/** Tests on calls with small messages, and on the ends of calls with large ones. */
final class GrpcJsonCallTest extends GrpcJsonCallFixture {
  @Test
  void smallMessagesAreConvertedOnTheLoop() {
    TestCall call = call();
    call.receive("a");
    call.halfClose();
    assertThat(call.handled).containsExactly("a", "half-close");

    call.handler().sendHeaders(new Metadata());
    call.respond("b");
    call.handler().close(Status.OK, new Metadata());
    assertThat(call.sent).containsExactly("headers", "b", "OK");
    assertThat(work).isEmpty();
  }

  @Test
  void cancellationDropsTheConversion() {
    TestCall call = call();
    call.receive(LARGE);
    call.respond(LARGE);
    call.handler().close(Status.OK, new Metadata());
    assertThat(memory.used()).isPositive();

    call.cancel();
    assertThat(call.handled).containsExactly("cancel");
    assertThat(memory.used()).isZero();
    while (!work.isEmpty()) {
      work();
    }
    assertThat(call.handled).containsExactly("cancel");
    assertThat(call.sent).isEmpty();
  }

  @Test
  void cancelledConversionThatRunsIsChargedUntilItsEnd() {
    TestCall call = call();
    call.receive(LARGE);
    call.halfClose();
    work.remove().run();
    call.cancel();
    assertThat(memory.used()).isPositive();

    channel.runPendingTasks();
    assertThat(memory.used()).isZero();
    assertThat(call.handled).containsExactly("cancel");
  }

  @Test
  void cancelledConversionLetsTheNextOneRun() {
    TestCall cancelled = call();
    TestCall waiting = call();
    TestCall last = call();
    cancelled.receive(LARGE);
    waiting.receive(LARGE);
    last.receive(LARGE);
    waiting.cancel();
    cancelled.cancel();
    channel.runPendingTasks();
    work.remove().run();

    work();
    assertThat(last.handled).containsExactly("large");
    assertThat(cancelled.handled).containsExactly("cancel");
    assertThat(waiting.handled).containsExactly("cancel");
  }

  @Test
  void invalidLargeRequestEndsTheCallOnce() {
    TestCall call = call();
    call.receive(LARGE + "\",");
    call.halfClose();
    call.respond(LARGE);
    work();
    assertThat(call.sent).containsExactly("INVALID_ARGUMENT");

    call.handler().close(Status.OK, new Metadata());
    call.complete();
    while (!work.isEmpty()) {
      work();
    }
    assertThat(call.sent).containsExactly("INVALID_ARGUMENT");
    assertThat(call.handled).containsExactly("cancel");
    assertThat(memory.used()).isZero();
  }

  @Test
  void requestThatFailsAfterTheEndOfTheCallIsIgnored() {
    TestCall call = call();
    call.receive(LARGE + "\",");
    call.handler().close(Status.ABORTED, new Metadata());
    work();
    call.complete();

    assertThat(call.sent).containsExactly("ABORTED");
    assertThat(call.handled).containsExactly("complete");
    assertThat(memory.used()).isZero();
  }

  @Test
  void callEndsIfItsMessagesDoNotFitIntoTheMemory() {
    mostMemory = 200_000;
    TestCall request = call();
    request.receive(LARGE);
    work();
    assertThat(request.sent).containsExactly("RESOURCE_EXHAUSTED");
    assertThat(request.description).contains("limits.memory");
    request.complete();
    assertThat(request.handled).containsExactly("cancel");
    assertThat(memory.used()).isZero();

    mostMemory = 10_000;
    TestCall response = call();
    response.respond(LARGE);
    response.handler().close(Status.OK, new Metadata());
    work();
    assertThat(response.sent).containsExactly("RESOURCE_EXHAUSTED");
    assertThat(memory.used()).isZero();
  }

  @Test
  void tooMuchWorkEndsTheCall() {
    rejects = true;
    TestCall call = call();
    call.receive(LARGE);
    TestCall other = call();
    other.respond(LARGE);

    assertThat(call.sent).containsExactly("RESOURCE_EXHAUSTED");
    assertThat(other.sent).containsExactly("RESOURCE_EXHAUSTED");
    assertThat(other.description).isEqualTo("too much");
    call.complete();
    other.complete();
    assertThat(memory.used()).isZero();
  }
}
