package dev.grpcos.gateway.http;

import dev.grpcos.gateway.call.Refusal;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusException;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.function.Supplier;

/** The response of a method without a descriptor, which may not exist. */
final class UndescribedResponse implements ResponseBody {
  private final HttpReply reply;
  private final ResponseBody response;
  private final Supplier<Status> absence;

  /**
   * Creates a response.
   *
   * @param response takes the response of a method that exists
   * @param absence returns the error for one that does not
   */
  UndescribedResponse(HttpReply reply, ResponseBody response, Supplier<Status> absence) {
    this.reply = reply;
    this.response = response;
    this.absence = absence;
  }

  @Override
  public void headers(Metadata headers) {
    response.headers(headers);
  }

  @Override
  public byte[] converted(MessageCodec codec, byte[] message) throws StatusException {
    return response.converted(codec, message);
  }

  @Override
  public void message(byte[] converted) {
    response.message(converted);
  }

  @Override
  public void close(Status status, Metadata trailers) {
    if (isUnknownMethod(status, trailers)) {
      reply.error(HttpResponseStatus.NOT_FOUND, absence.get());
    } else {
      response.close(status, trailers);
    }
  }

  /** Returns whether the gateway closed a call because it has no such method. */
  private static boolean isUnknownMethod(Status status, Metadata trailers) {
    return status.getCode() == Status.Code.UNIMPLEMENTED && Refusal.isFromGateway(trailers);
  }
}
