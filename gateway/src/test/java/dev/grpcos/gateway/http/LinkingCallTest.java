package dev.grpcos.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.gateway.call.EncodedRequest;
import dev.grpcos.gateway.reflection.DescriptorIndex;
import dev.grpcos.gateway.reflection.ServedTypes;
import dev.grpcos.proto.helloworld.HelloWorldProto;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.grpc.StatusException;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class LinkingCallTest {
  private static final ServedMethod METHOD =
      new ServedMethod(
          HelloWorldProto.getDescriptor().findServiceByName("Greeter").findMethodByName("SayHello"),
          new ServedTypes(new DescriptorIndex(List.of())));

  private final EmbeddedChannel channel = new EmbeddedChannel();
  private final Queue<Runnable> work = new ArrayDeque<>();
  private final List<String> events = new ArrayList<>();
  private final ConnectionConversions connection =
      ConnectionConversions.of(
          channel, new SharedConverters(new WorkThreads(work::add, "too much")));

  @AfterEach
  void release() {
    channel.finishAndReleaseAll();
  }

  private Runnable whenStarted = () -> {};

  private ServerCall.Listener<EncodedRequest> begin(WorkThreads.Work<ServedMethod> link) {
    ServerCall.Listener<EncodedRequest> call =
        LinkingCall.begin(
            new EventsCall(),
            link,
            method -> {
              events.add("start " + method.descriptor().getName());
              whenStarted.run();
              return new EventsListener();
            },
            connection);
    channel.runPendingTasks();
    return call;
  }

  private ServedMethod link() {
    events.add("link");
    return METHOD;
  }

  private void work() {
    work.remove().run();
    channel.runPendingTasks();
  }

  @Test
  void handlerStartsWhenTheSchemaIsLinked() {
    ServerCall.Listener<EncodedRequest> call = begin(this::link);
    call.onReady();
    call.onHalfClose();
    assertThat(events).isEmpty();

    work();
    assertThat(events).containsExactly("link", "start SayHello", "ready", "half-close");
    call.onComplete();
    assertThat(events).endsWith("complete");
  }

  @Test
  void laterEventsArePassedOn() {
    ServerCall.Listener<EncodedRequest> call = begin(this::link);
    work();
    call.onReady();
    call.onMessage(new EncodedRequest(new byte[0], false));
    call.onHalfClose();
    call.onCancel();

    assertThat(events)
        .containsExactly("link", "start SayHello", "ready", "message", "half-close", "cancel");
  }

  /** The transport passes on what has arrived as soon as the handler asks for it. */
  @Test
  void requestMayArriveWhileTheHandlerStarts() {
    ServerCall.Listener<EncodedRequest> call = begin(this::link);
    whenStarted =
        () -> {
          call.onMessage(new EncodedRequest(new byte[0], false));
          call.onHalfClose();
        };
    work();

    assertThat(events).containsExactly("link", "start SayHello", "message", "half-close");
  }

  @Test
  void nothingStartsForACallThatHasEnded() {
    ServerCall.Listener<EncodedRequest> waiting = begin(this::link);
    waiting.onCancel();
    work();
    assertThat(events).isEmpty();

    ServerCall.Listener<EncodedRequest> running = begin(this::link);
    work.remove().run();
    running.onCancel();
    channel.runPendingTasks();
    assertThat(events).containsExactly("link");
  }

  @Test
  void absentMethodIsRefused() {
    ServerCall.Listener<EncodedRequest> call =
        begin(
            () -> {
              throw new StatusException(Status.UNIMPLEMENTED);
            });
    work();
    call.onComplete();

    assertThat(events).containsExactly("UNIMPLEMENTED");
  }

  private final class EventsCall extends ServerCall<EncodedRequest, byte[]> {
    @Override
    public void request(int count) {}

    @Override
    public void sendHeaders(Metadata headers) {}

    @Override
    public void sendMessage(byte[] message) {}

    @Override
    public void close(Status status, Metadata trailers) {
      events.add(status.getCode().name());
    }

    @Override
    public boolean isCancelled() {
      return false;
    }

    @Override
    public MethodDescriptor<EncodedRequest, byte[]> getMethodDescriptor() {
      throw new UnsupportedOperationException("the call has no method");
    }
  }

  private final class EventsListener extends ServerCall.Listener<EncodedRequest> {
    @Override
    public void onMessage(EncodedRequest request) {
      events.add("message");
    }

    @Override
    public void onHalfClose() {
      events.add("half-close");
    }

    @Override
    public void onCancel() {
      events.add("cancel");
    }

    @Override
    public void onComplete() {
      events.add("complete");
    }

    @Override
    public void onReady() {
      events.add("ready");
    }
  }
}
