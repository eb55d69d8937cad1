package dev.grpcos.cli.call;

import com.google.protobuf.DynamicMessage;
import io.grpc.Metadata;
import io.grpc.Status;

/** An observer of one call. All methods are called on the thread that runs the calls. */
public interface CallObserver {
  /**
   * Receives the server's headers; not called for a response without headers.
   *
   * @param after nanoseconds from the call's start to their arrival
   */
  void headers(Metadata headers, long after);

  /**
   * Receives a response.
   *
   * @param after nanoseconds from the call's start to its arrival
   */
  void response(DynamicMessage response, long after);

  /** Receives the end of the call. */
  void closed(Status status, Metadata trailers, CallFigures figures);
}
