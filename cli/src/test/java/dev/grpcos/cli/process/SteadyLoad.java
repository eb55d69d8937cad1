package dev.grpcos.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.cli.resident.Eventually;
import dev.grpcos.proto.helloworld.GreeterGrpc;
import dev.grpcos.proto.helloworld.HelloReply;
import dev.grpcos.proto.helloworld.HelloRequest;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Calls the Greeter at a steady rate, independent of how earlier calls end: a pause of the gateway
 * fails no call, and every lost call is reported.
 */
final class SteadyLoad implements AutoCloseable {
  private static final int PERIOD_MILLIS = 5;
  private static final int PATIENCE_SECONDS = 60;

  /** Fewer than a connection's limit, so that no call waits for another. */
  private static final int MOST_IN_FLIGHT = 200;

  private static final HelloRequest REQUEST = HelloRequest.newBuilder().setName("soak").build();

  /** A call that did not end with OK; times are from {@link System#nanoTime}. */
  record Failure(Status status, long begun, long ended) {}

  private final List<ManagedChannel> channels;
  private final int perSecond;
  private final long start = System.nanoTime();
  private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
  private final ScheduledFuture<?> sending;
  private final AtomicInteger ended = new AtomicInteger();
  private final Queue<Failure> failures = new ConcurrentLinkedQueue<>();
  private volatile int begun;
  private volatile long end;
  private long skipped;

  SteadyLoad(List<ManagedChannel> channels, int perSecond) {
    this.channels = channels;
    this.perSecond = perSecond;
    sending =
        thread.scheduleAtFixedRate(this::send, PERIOD_MILLIS, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void send() {
    long due = (System.nanoTime() - start) * perSecond / TimeUnit.SECONDS.toNanos(1);
    while (begun + skipped < due) {
      if (begun - ended.get() < MOST_IN_FLIGHT) {
        int number = begun;
        begun = number + 1;
        call(channels.get(number % channels.size()));
      } else {
        skipped++;
      }
    }
  }

  private void call(ManagedChannel channel) {
    long time = System.nanoTime();
    ClientCalls.asyncUnaryCall(
        channel.newCall(
            GreeterGrpc.getSayHelloMethod(),
            CallOptions.DEFAULT.withDeadlineAfter(PATIENCE_SECONDS, TimeUnit.SECONDS)),
        REQUEST,
        new StreamObserver<HelloReply>() {
          @Override
          public void onNext(HelloReply reply) {}

          @Override
          public void onError(Throwable cause) {
            failures.add(new Failure(Status.fromThrowable(cause), time, System.nanoTime()));
            ended.incrementAndGet();
          }

          @Override
          public void onCompleted() {
            ended.incrementAndGet();
          }
        });
  }

  /** Returns the number of calls started so far. */
  int begun() {
    return begun;
  }

  /** Returns the rate of started calls per second, after the load has ended. */
  double rate() {
    return begun * 1e9 / (end - start);
  }

  /** Starts no more calls, waits for the rest, and returns the calls that failed. */
  List<Failure> end() throws Exception {
    sending.cancel(false);
    end = System.nanoTime();
    thread.shutdown();
    assertThat(thread.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    Eventually.until("all calls have ended", TestGateway.SOON, () -> ended.get() == begun);
    return List.copyOf(failures);
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
