package dev.grpcos.cli.output;

import com.google.protobuf.DynamicMessage;
import dev.grpcos.cli.call.CallFigures;
import dev.grpcos.cli.call.CallObserver;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.function.Consumer;

/**
 * An observer that passes everything on, and then reports how the call has ended.
 *
 * @param next the observer that receives the events first
 * @param ended receives the call's status code
 */
record ObservedCall(CallObserver next, Consumer<Status.Code> ended) implements CallObserver {
  @Override
  public void headers(Metadata headers, long after) {
    next.headers(headers, after);
  }

  @Override
  public void response(DynamicMessage response, long after) {
    next.response(response, after);
  }

  @Override
  public void closed(Status status, Metadata trailers, CallFigures figures) {
    next.closed(status, trailers, figures);
    ended.accept(status.getCode());
  }
}
