package dev.grpcos.gateway.call;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Answers each request of a bidirectional stream with one response.
 *
 * <p>The next request is requested when the caller is ready for its response, so that nothing
 * accumulates for a caller that does not read. Only the call's thread uses it.
 */
public final class ReplyPerRequest<ReqT, RespT> implements StreamObserver<ReqT> {
  private final ServerCallStreamObserver<RespT> responses;
  private final Consumer<Runnable> prepare;
  private final Function<ReqT, RespT> reply;

  /** Whether a request is requested, or has arrived and is not answered yet. */
  private boolean pending;

  /** Whether a request has arrived and is not answered yet. */
  private boolean answering;

  /** Whether the caller sends no further requests. */
  private boolean completed;

  private volatile boolean cancelled;

  private ReplyPerRequest(
      ServerCallStreamObserver<RespT> responses,
      Consumer<Runnable> prepare,
      Function<ReqT, RespT> reply) {
    this.responses = responses;
    this.prepare = prepare;
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
    return serve(observer, Runnable::run, reply);
  }

  /**
   * Serves a call that is about to start, whose replies need preparation.
   *
   * @param observer the response observer of a generated method
   * @param prepare runs its argument when the next reply is prepared, on the call's thread
   * @param reply must not block when it is prepared
   */
  public static <ReqT, RespT> StreamObserver<ReqT> serve(
      StreamObserver<RespT> observer, Consumer<Runnable> prepare, Function<ReqT, RespT> reply) {
    var responses = (ServerCallStreamObserver<RespT>) observer;
    var stream = new ReplyPerRequest<>(responses, prepare, reply);
    responses.disableAutoRequest();
    responses.setOnReadyHandler(stream::requestWhenReady);
    // A caller that has left needs no answer. Without this handler, answering would throw.
    responses.setOnCancelHandler(() -> stream.cancelled = true);
    stream.requestNext();
    return stream;
  }

  @Override
  public void onNext(ReqT request) {
    answering = true;
    prepare.accept(() -> answer(request));
  }

  private void answer(ReqT request) {
    if (cancelled) {
      return;
    }
    answering = false;
    pending = false;
    responses.onNext(reply.apply(request));
    if (completed) {
      responses.onCompleted();
    } else {
      requestWhenReady();
    }
  }

  @Override
  public void onError(Throwable cause) {
    // The caller cancelled, and no resource is held.
  }

  @Override
  public void onCompleted() {
    completed = true;
    if (!answering) {
      responses.onCompleted();
    }
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
