package dev.grpcos.gateway.http;

import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import java.util.function.Consumer;

/**
 * A request that no method can answer. Before the response, a call is made that ends as soon as the
 * gateway has admitted it. So the request is counted and audited, and a caller without rights gets
 * the same response as for a method that exists. No handler starts.
 */
final class Admission extends ClientCall.Listener<byte[]> implements BodilessExchange {
  private static final String REASON = "the request cannot be answered";

  private final Status end;
  private final HttpReply reply;
  private final Consumer<HttpReply> answer;
  private boolean done;

  /**
   * Creates an exchange.
   *
   * @param code the status of the call if it is admitted
   * @param answer sends the response to a caller with rights
   */
  Admission(Status.Code code, HttpReply reply, Consumer<HttpReply> answer) {
    this.end = code.toStatus().withDescription(REASON);
    this.reply = reply;
    this.answer = answer;
  }

  /** Starts the exchange, and returns it. The callbacks of the call must come from the loop. */
  Admission begin(HttpCaller caller, CallRequest request) {
    caller
        .admission()
        .apply(end)
        .newCall(KnownMethod.encoded(request.name(), MethodType.UNKNOWN), request.options())
        .start(this, request.headers());
    return this;
  }

  @Override
  public void onClose(Status status, Metadata trailers) {
    if (done) {
      return;
    }
    done = true;
    if (status.getCode() == end.getCode() && REASON.equals(status.getDescription())) {
      answer.accept(reply);
    } else {
      reply.error(status);
    }
  }

  @Override
  public void gone() {
    done = true;
  }

  @Override
  public void stop(Status status) {
    done = true;
    // Another thread may be making the response to a call that has ended.
    if (!reply.isDone()) {
      reply.error(status);
    }
  }
}
