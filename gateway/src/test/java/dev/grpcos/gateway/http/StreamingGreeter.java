package dev.grpcos.gateway.http;

import static dev.grpcos.gateway.http.RawHttp1.request;

import com.google.protobuf.Any;
import com.google.rpc.RetryInfo;
import dev.grpcos.proto.helloworld.GreeterGrpc;
import dev.grpcos.proto.helloworld.HelloReply;
import dev.grpcos.proto.helloworld.HelloRequest;
import io.grpc.Status;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** Sends as many messages as the name says, and then does what it says. */
final class StreamingGreeter extends GreeterGrpc.GreeterImplBase {
  final AtomicInteger started = new AtomicInteger();
  final AtomicInteger sent = new AtomicInteger();
  final AtomicBoolean waits = new AtomicBoolean();
  final AtomicBoolean holds = new AtomicBoolean();
  final AtomicBoolean cancelled = new AtomicBoolean();

  @Override
  public void sayHello(HelloRequest request, StreamObserver<HelloReply> replies) {
    switch (request.getName()) {
      case "details" ->
          replies.onError(
              StatusProto.toStatusException(
                  com.google.rpc.Status.newBuilder()
                      .setCode(Status.Code.UNAVAILABLE.value())
                      .setMessage("later")
                      .addDetails(
                          Any.pack(
                              RetryInfo.newBuilder()
                                  .setRetryDelay(
                                      com.google.protobuf.Duration.newBuilder().setSeconds(30))
                                  .build()))
                      .build()));
      case "hang" -> {}
      default -> {
        replies.onNext(reply(request.getName()));
        replies.onCompleted();
      }
    }
  }

  @Override
  public void sayHelloStreamReply(HelloRequest request, StreamObserver<HelloReply> observer) {
    var replies = (ServerCallStreamObserver<HelloReply>) observer;
    String[] words = request.getName().split(" ", -1);
    int count = Integer.parseInt(words[0]);
    String filler = words[words.length - 1].equals("large") ? "x".repeat(10_000) : "";
    started.incrementAndGet();
    replies.setOnCancelHandler(() -> cancelled.set(true));
    AtomicBoolean done = new AtomicBoolean();
    Runnable send =
        () -> {
          while (replies.isReady() && sent.get() < count) {
            replies.onNext(reply(filler + sent.incrementAndGet()));
          }
          waits.set(sent.get() < count);
          if (sent.get() == count
              && !words[words.length - 1].equals("hang")
              && done.compareAndSet(false, true)) {
            sent.set(0); // the client may make the next call before this one's thread goes on
            if (words[words.length - 1].equals("fail")) {
              replies.onError(Status.DATA_LOSS.withDescription("no more").asRuntimeException());
            } else {
              replies.onCompleted();
            }
          }
        };
    replies.setOnReadyHandler(send);
  }

  @Override
  public StreamObserver<HelloRequest> sayHelloBidiStream(StreamObserver<HelloReply> observer) {
    var replies = (ServerCallStreamObserver<HelloReply>) observer;
    if (holds.get()) {
      replies.disableAutoRequest();
    }
    return new StreamObserver<>() {
      @Override
      public void onNext(HelloRequest request) {
        replies.onNext(reply(request.getName()));
      }

      @Override
      public void onError(Throwable cause) {}

      @Override
      public void onCompleted() {
        replies.onCompleted();
      }
    };
  }

  private static HelloReply reply(String message) {
    return HelloReply.newBuilder().setMessage(message).build();
  }
}
