package dev.grpcos.gateway.exec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.gateway.Await;
import io.grpc.Status;
import io.netty.channel.DefaultEventLoop;
import io.netty.channel.EventLoop;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CallListenerTest {
  private final EventLoop loop = new DefaultEventLoop();
  private final CallListener listener = new CallListener("a.B/C", loop);
  private final List<String> seen = new CopyOnWriteArrayList<>();

  /** The action of a request, by its first byte. */
  private @Nullable Runnable onRequest;

  private final CallHandler handler =
      new CallHandler() {
        @Override
        public Caller caller() {
          throw new UnsupportedOperationException("no caller");
        }

        @Override
        public void begin() {
          see("begin");
        }

        @Override
        public void request(byte[] message) {
          see("request " + message[0]);
          if (onRequest != null) {
            onRequest.run();
          }
          see("end " + message[0]);
        }

        @Override
        public void requestsEnd() {
          see("requests end");
        }

        @Override
        public void ready() {
          see("ready");
        }

        @Override
        public void stop() {
          see("stop");
        }

        @Override
        public void abort(Status status) {
          see("abort " + status.getCode() + " " + status.getDescription());
        }

        @Override
        public void cancelled() {
          see("cancelled");
        }

        @Override
        public void completed() {
          see("completed");
        }
      };

  private void see(String event) {
    seen.add(loop.inEventLoop() ? event : event + " on another thread");
  }

  @AfterEach
  void close() {
    var unused = loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }

  private void request(int name) {
    listener.onMessage(new byte[] {(byte) name});
  }

  @Test
  void eventsFromAnyThreadArriveOnTheLoopInTheirOrder() throws Exception {
    listener.begin(handler);
    request(1);
    // the second would overtake the first if it ran immediately
    loop.submit(() -> listener.onHalfClose()).sync();
    listener.onCancel();
    Await.until("all are seen", () -> seen.contains("cancelled"));
    assertThat(seen).containsExactly("begin", "request 1", "end 1", "requests end", "cancelled");
  }

  @Test
  void eventWithinAnEventFollowsIt() throws Exception {
    int depth = 5000;
    onRequest =
        () -> {
          if (seen.size() < 2 * depth) {
            request(1);
          } else {
            listener.onComplete();
          }
        };
    loop.submit(
            () -> {
              listener.begin(handler);
              request(1);
            })
        .sync();
    Await.until("all are seen", () -> seen.contains("completed"));
    assertThat(IntStream.range(1, seen.size() - 1).mapToObj(seen::get).distinct())
        .containsExactly("request 1", "end 1");
    assertThat(seen.get(1)).isEqualTo("request 1");
    assertThat(seen.get(2)).isEqualTo("end 1");
  }

  @Test
  void eventThatExhaustsTheHeapEndsTheCall() throws Exception {
    onRequest =
        () -> {
          throw new OutOfMemoryError("Java heap space");
        };
    listener.begin(handler);
    request(1);
    Await.until("it is aborted", () -> seen.size() == 3);
    assertThat(seen.get(2))
        .isEqualTo(
            "abort RESOURCE_EXHAUSTED a.B/C: the gateway's memory is exhausted (Java heap space);"
                + " send or print less, or give the gateway more memory");
  }

  @Test
  void eventThatFailsEndsTheCall() throws Exception {
    onRequest =
        () -> {
          throw new IllegalStateException("for this test");
        };
    listener.begin(handler);
    request(1);
    Await.until("it is aborted", () -> seen.size() == 3);
    assertThat(seen.get(2)).isEqualTo("abort INTERNAL the gateway failed");
    listener.onReady();
    Await.until("the next event arrives", () -> seen.contains("ready"));
  }
}
