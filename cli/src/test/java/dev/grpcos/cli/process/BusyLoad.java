package dev.grpcos.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.proto.helloworld.GreeterGrpc;
import dev.grpcos.proto.helloworld.HelloReply;
import dev.grpcos.proto.helloworld.HelloRequest;
import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Calls the Greeter as fast as possible, with a fixed number of calls in parallel. */
final class BusyLoad {
  private static final int AT_ONCE = 128;
  private static final HelloRequest REQUEST = HelloRequest.newBuilder().setName("soak").build();

  private BusyLoad() {}

  /** Makes this number of calls, all of which must succeed. */
  static void run(List<ManagedChannel> channels, int calls) throws Exception {
    Semaphore room = new Semaphore(AT_ONCE);
    AtomicInteger failed = new AtomicInteger();
    for (int i = 0; i < calls; i++) {
      assertThat(room.tryAcquire(1, TimeUnit.MINUTES)).as("calls end").isTrue();
      GreeterGrpc.newStub(channels.get(i % channels.size()))
          .sayHello(
              REQUEST,
              new StreamObserver<HelloReply>() {
                @Override
                public void onNext(HelloReply reply) {}

                @Override
                public void onError(Throwable cause) {
                  failed.incrementAndGet();
                  room.release();
                }

                @Override
                public void onCompleted() {
                  room.release();
                }
              });
    }
    assertThat(room.tryAcquire(AT_ONCE, 1, TimeUnit.MINUTES)).as("calls end").isTrue();
    assertThat(failed).hasValue(0);
  }
}
