package dev.grpcos.benchmarks;

import dev.grpcos.proto.helloworld.GreeterGrpc;
import dev.grpcos.proto.helloworld.HelloReply;
import dev.grpcos.proto.helloworld.HelloRequest;
import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Makes many unary calls asynchronously with generated stubs, as a program written for speed does.
 *
 * <p>A window of calls is in flight at any time. Replies are counted but not printed; their number
 * is printed at the end. The first failure ends the program.
 */
final class BatchClient {
  private BatchClient() {}

  /** Runs the client. Arguments: the socket, the number of calls, the size of the window. */
  public static void main(String[] arguments)
      throws InterruptedException, ExecutionException, IOException {
    int calls = Integer.parseInt(arguments[1]);
    int window = Integer.parseInt(arguments[2]);
    ManagedChannel channel = new BenchmarkChannels(arguments[0]).builder().build();
    GreeterGrpc.GreeterStub greeter = GreeterGrpc.newStub(channel);
    HelloRequest request = HelloRequest.newBuilder().setName("world").build();
    Replies replies = new Replies(calls, window);
    for (int i = 0; i < calls && replies.awaitRoom(); i++) {
      greeter.sayHello(request, replies);
    }
    System.out.println(replies.all.get());
    channel.shutdownNow();
  }

  /** The replies of all calls. */
  private static final class Replies implements StreamObserver<HelloReply> {
    final CompletableFuture<Integer> all = new CompletableFuture<>();
    private final int expected;
    private final Semaphore room;
    private final AtomicInteger ended = new AtomicInteger();

    Replies(int expected, int window) {
      this.expected = expected;
      this.room = new Semaphore(window);
    }

    /** Waits until one more call may be made; returns false if a call has failed. */
    boolean awaitRoom() throws InterruptedException {
      room.acquire();
      return !all.isDone();
    }

    @Override
    public void onNext(HelloReply reply) {}

    @Override
    public void onError(Throwable failure) {
      all.completeExceptionally(failure);
      room.release();
    }

    @Override
    public void onCompleted() {
      if (ended.incrementAndGet() == expected) {
        all.complete(expected);
      }
      room.release();
    }
  }
}
