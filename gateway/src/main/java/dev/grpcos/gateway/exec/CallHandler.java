package dev.grpcos.gateway.exec;

import io.grpc.Status;

/** A handler of one call. Confined to the call's event loop. */
interface CallHandler {
  /** Returns the caller's side of the call. */
  Caller caller();

  /** Begins the call. */
  void begin();

  /** Receives a request that the handler asked for. */
  void request(byte[] message);

  /** Receives the end of the requests. */
  void requestsEnd();

  /** Continues with the responses: the caller is ready for more. */
  void ready();

  /** Ends the use of the program, after the call has ended. */
  void stop();

  /** Ends the call with this status, unless it has ended, and ends its program. */
  default void abort(Status status) {
    caller().fail(status);
    stop();
  }

  /** Ends the call because the caller cancelled it or lost its connection. */
  default void cancelled() {
    caller().left();
    stop();
    completed();
  }

  /** Completes the call: the caller has received everything. */
  void completed();
}
