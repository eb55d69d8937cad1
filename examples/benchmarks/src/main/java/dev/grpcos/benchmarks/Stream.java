package dev.grpcos.benchmarks;

import dev.grpcos.proto.helloworld.GreeterGrpc;
import dev.grpcos.proto.helloworld.HelloReply;
import dev.grpcos.proto.helloworld.HelloRequest;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;

/**
 * The example service with a stream of any length: the request's name is the number of replies,
 * which are sent as fast as the client reads them.
 */
final class Stream extends GreeterGrpc.GreeterImplBase {
  @Override
  public void sayHelloStreamReply(HelloRequest request, StreamObserver<HelloReply> observer) {
    int count;
    try {
      count = Integer.parseInt(request.getName());
    } catch (NumberFormatException e) {
      observer.onError(
          Status.INVALID_ARGUMENT
              .withDescription("name must be the number of replies, such as \"1000\"")
              .withCause(e)
              .asRuntimeException());
      return;
    }
    var replies = (ServerCallStreamObserver<HelloReply>) observer;
    replies.setOnReadyHandler(new Sender(count, replies));
    // After a cancellation there is nothing to answer; without a handler, answering would throw.
    replies.setOnCancelHandler(() -> {});
  }

  private static final class Sender implements Runnable {
    private final int count;
    private final ServerCallStreamObserver<HelloReply> replies;
    private int sent;
    private boolean completed;

    Sender(int count, ServerCallStreamObserver<HelloReply> replies) {
      this.count = count;
      this.replies = replies;
    }

    @Override
    public void run() {
      while (sent < count && replies.isReady()) {
        sent++;
        replies.onNext(HelloReply.newBuilder().setMessage("Hello " + sent).build());
      }
      if (sent == count && !completed) {
        completed = true;
        replies.onCompleted();
      }
    }
  }
}
