package dev.grpcos.gateway.local;

import dev.grpcos.gateway.call.ReplyPerRequest;
import dev.grpcos.proto.helloworld.GreeterGrpc;
import dev.grpcos.proto.helloworld.HelloReply;
import dev.grpcos.proto.helloworld.HelloRequest;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;

/** The example service of the gRPC project. */
final class GreeterService extends GreeterGrpc.GreeterImplBase {
  private static final int GREETINGS = 5;

  @Override
  public void sayHello(HelloRequest request, StreamObserver<HelloReply> responses) {
    responses.onNext(greeting(request.getName()));
    responses.onCompleted();
  }

  @Override
  public void sayHelloStreamReply(HelloRequest request, StreamObserver<HelloReply> observer) {
    var responses = (ServerCallStreamObserver<HelloReply>) observer;
    responses.setOnReadyHandler(new Greetings(request.getName(), responses)::sendWhileReady);
    // A caller that is gone needs no answer, but without a handler, answering would throw.
    responses.setOnCancelHandler(() -> {});
  }

  @Override
  public StreamObserver<HelloRequest> sayHelloBidiStream(StreamObserver<HelloReply> responses) {
    return ReplyPerRequest.serve(responses, request -> greeting(request.getName()));
  }

  private static HelloReply greeting(String name) {
    return HelloReply.newBuilder().setMessage("Hello " + name).build();
  }

  /** A stream of greetings, sent while the caller is ready. */
  private static final class Greetings {
    private final String name;
    private final ServerCallStreamObserver<HelloReply> responses;
    private int sent;

    Greetings(String name, ServerCallStreamObserver<HelloReply> responses) {
      this.name = name;
      this.responses = responses;
    }

    void sendWhileReady() {
      while (sent < GREETINGS && responses.isReady()) {
        sent++;
        responses.onNext(greeting(name + " " + sent));
        if (sent == GREETINGS) {
          responses.onCompleted();
        }
      }
    }
  }
}
