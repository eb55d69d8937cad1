package dev.grpcos.gateway.exec;

import io.grpc.Status;

/** A handler of one call. Confined to the call's event loop. */
interface CallHandler {
  /** Begins the call. */
  void begin();

  /** Receives a request that the handler asked for. */
  void request(byte[] message);

  /** Receives the end of the requests. */
  void requestsEnd();

  /** Continues with the responses: the caller is ready for more. */
  void ready();

  /** Ends the call with this status, unless it has ended, and ends its program. */
  void abort(Status status);

  /** Ends the call because the caller cancelled it or lost its connection. */
  void cancelled();

  /** Completes the call: the caller has received everything. */
  void completed();
}
