package dev.grpcos.gateway.exec;

import io.grpc.Status;

/** Serves one call. Confined to the call's event loop. */
interface CallHandler {
  /** The call begins. */
  void begin();

  /** A request that was asked for has arrived. */
  void request(byte[] message);

  /** There are no more requests. */
  void requestsEnd();

  /** The caller takes responses again. */
  void ready();

  /** Ends the call with this status, unless it has ended, and its program. */
  void abort(Status status);

  /** The caller has cancelled the call, or its connection has ended. */
  void cancelled();

  /** The caller has received everything. */
  void completed();
}
