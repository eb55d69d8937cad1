package dev.grpcos.gateway.http;

import dev.grpcos.gateway.call.Refusal;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusException;

/** The response of a method without a descriptor, which may not exist. */
final class UndescribedResponse implements ResponseBody {
  private final ResponseBody response;
  private final Runnable absence;

  /**
   * Creates a response.
   *
   * @param response takes the response of a method that exists
   * @param absence sends the response for one that does not
   */
  UndescribedResponse(ResponseBody response, Runnable absence) {
    this.response = response;
    this.absence = absence;
  }

  @Override
  public void headers(Metadata headers) {
    response.headers(headers);
  }

  @Override
  public boolean isCostly(MessageCodec codec) {
    return response.isCostly(codec);
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
      absence.run();
    } else {
      response.close(status, trailers);
    }
  }

  /** Returns whether the gateway closed a call because it has no such method. */
  private static boolean isUnknownMethod(Status status, Metadata trailers) {
    return status.getCode() == Status.Code.UNIMPLEMENTED && Refusal.isFromGateway(trailers);
  }
}
