package dev.grpcos.gateway.call;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.function.Function;

/**
 * Answers each request of a bidirectional stream with one response.
 *
 * <p>The next request is requested when the caller is ready for its response, so that nothing
 * accumulates for a caller that does not read. Only the call's thread uses it.
 */
public final class ReplyPerRequest<ReqT, RespT> implements StreamObserver<ReqT> {
  private final ServerCallStreamObserver<RespT> responses;
  private final Function<ReqT, RespT> reply;

  /** Whether a request is requested that has not arrived yet. */
  private boolean pending;

  private ReplyPerRequest(ServerCallStreamObserver<RespT> responses, Function<ReqT, RespT> reply) {
    this.responses = responses;
    this.reply = reply;
  }

  /**
   * Serves a call that is about to start.
   *
   * @param observer the response observer of a generated method
   * @param reply must not block
   */
  public static <ReqT, RespT> StreamObserver<ReqT> serve(
      StreamObserver<RespT> observer, Function<ReqT, RespT> reply) {
    var responses = (ServerCallStreamObserver<RespT>) observer;
    var stream = new ReplyPerRequest<>(responses, reply);
    responses.disableAutoRequest();
    responses.setOnReadyHandler(stream::requestWhenReady);
    // A caller that has left needs no answer. Without this handler, answering would throw.
    responses.setOnCancelHandler(() -> {});
    stream.requestNext();
    return stream;
  }

  @Override
  public void onNext(ReqT request) {
    pending = false;
    responses.onNext(reply.apply(request));
    requestWhenReady();
  }

  @Override
  public void onError(Throwable cause) {
    // The caller cancelled, and no resource is held.
  }

  @Override
  public void onCompleted() {
    responses.onCompleted();
  }

  private void requestWhenReady() {
    if (!pending && responses.isReady()) {
      requestNext();
    }
  }

  private void requestNext() {
    pending = true;
    responses.request(1);
  }
}
