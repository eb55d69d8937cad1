package dev.grpcos.cli.call;

import com.google.protobuf.DynamicMessage;
import io.grpc.Metadata;
import io.grpc.Status;

/** Is told what happens in one call, always on the thread that runs the calls. */
public interface CallObserver {
  /** The server's headers; not called for a response without any. */
  void headers(Metadata headers);

  /** A response. */
  void response(DynamicMessage response);

  /** The end of the call. */
  void closed(Status status, Metadata trailers, CallFigures figures);
}
