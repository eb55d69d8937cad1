package dev.grpcos.gateway.http;

import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.EventExecutor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A request that no method can answer. Before the response says so, a call is started and cancelled
 * again, so that it is counted and audited, and a caller without rights gets the same response as
 * for a method that exists.
 */
final class Admission extends ClientCall.Listener<byte[]> implements Exchange {
  private static final Metadata.Key<String> ORIGIN =
      Metadata.Key.of("grpcos-origin", Metadata.ASCII_STRING_MARSHALLER);

  private final ClientCall<byte[], byte[]> call;
  private final HttpReply reply;
  private final Consumer<HttpReply> answer;
  private @Nullable Status refusal;
  private boolean done;

  /**
   * Creates an exchange.
   *
   * @param call its callbacks must come from the event loop
   * @param answer sends the response to a caller with rights
   */
  Admission(ClientCall<byte[], byte[]> call, HttpReply reply, Consumer<HttpReply> answer) {
    this.call = call;
    this.reply = reply;
    this.answer = answer;
  }

  /** Starts the exchange, and returns it. */
  Admission begin(Metadata headers, EventExecutor loop) {
    call.start(this, headers);
    // A refusal is already queued, so this runs after it.
    loop.execute(this::decide);
    return this;
  }

  /** Returns whether the gateway closed a call because it has no such method. */
  static boolean isUnknownMethod(Status status, Metadata trailers) {
    return status.getCode() == Status.Code.UNIMPLEMENTED && "gateway".equals(trailers.get(ORIGIN));
  }

  @Override
  public void onClose(Status status, Metadata trailers) {
    if (!isUnknownMethod(status, trailers)) {
      refusal = status;
    }
  }

  private void decide() {
    if (done) {
      return;
    }
    done = true;
    Status refused = refusal;
    call.cancel("the request cannot be answered", null);
    if (refused == null) {
      answer.accept(reply);
    } else {
      reply.error(ErrorCode.httpStatus(refused.getCode()), refused);
    }
  }

  @Override
  public boolean isOpenEnded() {
    return false;
  }

  @Override
  public void data(ByteBuf content) {}

  @Override
  public void end() {}

  @Override
  public void writable() {}

  @Override
  public void gone() {
    done = true;
  }

  @Override
  public void stop(Status status) {
    if (!done) {
      done = true;
      reply.error(ErrorCode.httpStatus(status.getCode()), status);
    }
  }
}
