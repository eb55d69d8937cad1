package dev.grpcos.cli.call;

import com.google.protobuf.DynamicMessage;
import io.grpc.Metadata;
import io.grpc.Status;

/**
 * Is told what happens in calls, always on the thread that runs them, one call after the other in
 * the order of their requests. Taking its time here holds the server back.
 */
public interface CallObserver {
  /** A call begins; {@code sequence} counts from 1. */
  void started(long sequence);

  /** The server's headers; not called for a response without any. */
  void headers(Metadata headers);

  /** A response. */
  void response(DynamicMessage response);

  /** Nothing further is at hand for now: what the observer held back should go out. */
  void idle();

  /** The end of the call. */
  void closed(Status status, Metadata trailers);
}
