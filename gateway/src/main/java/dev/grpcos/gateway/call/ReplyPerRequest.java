package dev.grpcos.gateway.call;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.function.Function;

/**
 * Answers each request of a bidirectional stream with one response, as it comes.
 *
 * <p>The next request is asked for when the caller has room for its response, so that a caller that
 * does not read is not read from either, and nothing piles up. Used by the call's thread alone.
 */
public final class ReplyPerRequest<ReqT, RespT> implements StreamObserver<ReqT> {
  private final ServerCallStreamObserver<RespT> responses;
  private final Function<ReqT, RespT> reply;

  /** Whether a request has been asked for that has not come yet. */
  private boolean asked;

  private ReplyPerRequest(ServerCallStreamObserver<RespT> responses, Function<ReqT, RespT> reply) {
    this.responses = responses;
    this.reply = reply;
  }

  /**
   * Serves a call that is about to begin.
   *
   * @param observer as a generated method is given it
   * @param reply must not block
   */
  public static <ReqT, RespT> StreamObserver<ReqT> serve(
      StreamObserver<RespT> observer, Function<ReqT, RespT> reply) {
    var responses = (ServerCallStreamObserver<RespT>) observer;
    var stream = new ReplyPerRequest<>(responses, reply);
    responses.disableAutoRequest();
    responses.setOnReadyHandler(stream::askWhenReady);
    // A caller who is gone needs no answer; without a handler, answering would throw.
    responses.setOnCancelHandler(() -> {});
    stream.ask();
    return stream;
  }

  @Override
  public void onNext(ReqT request) {
    asked = false;
    responses.onNext(reply.apply(request));
    askWhenReady();
  }

  @Override
  public void onError(Throwable cause) {
    // The caller cancelled: nothing is held that would have to be given back.
  }

  @Override
  public void onCompleted() {
    responses.onCompleted();
  }

  private void askWhenReady() {
    if (!asked && responses.isReady()) {
      ask();
    }
  }

  private void ask() {
    asked = true;
    responses.request(1);
  }
}
