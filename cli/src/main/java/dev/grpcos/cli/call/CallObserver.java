package dev.grpcos.cli.call;

import com.google.protobuf.DynamicMessage;
import io.grpc.Metadata;
import io.grpc.Status;

/** Is told what happens in one call, always on the thread that runs the calls. */
public interface CallObserver {
  /**
   * The server's headers; not called for a response without any.
   *
   * @param after nanoseconds from the call's start until they came
   */
  void headers(Metadata headers, long after);

  /**
   * A response.
   *
   * @param after nanoseconds from the call's start until it came
   */
  void response(DynamicMessage response, long after);

  /** The end of the call. */
  void closed(Status status, Metadata trailers, CallFigures figures);
}
