package dev.grpcos.gateway.call;

import io.grpc.Grpc;
import io.grpc.ServerCall;
import io.grpc.inprocess.InProcessSocketAddress;

/** Recognizes calls of the in-process transport, whose callbacks come on any thread. */
public final class InProcessCalls {
  private InProcessCalls() {}

  public static boolean isInProcess(ServerCall<?, ?> call) {
    return call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR)
        instanceof InProcessSocketAddress;
  }
}
