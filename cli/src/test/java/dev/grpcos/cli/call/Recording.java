package dev.grpcos.cli.call;

import com.google.protobuf.DynamicMessage;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Observers that record the events of calls, as {@code NUMBER EVENT}. */
final class Recording implements CallObservers {
  final List<String> events = Collections.synchronizedList(new ArrayList<>());

  @Override
  public CallObserver started(NumberedRequest request) {
    long sequence = request.number();
    return new CallObserver() {
      @Override
      public void headers(Metadata headers, long after) {}

      @Override
      public void response(DynamicMessage response, long after) {
        response.getAllFields().values().forEach(value -> events.add(sequence + " " + value));
      }

      @Override
      public void closed(Status status, Metadata trailers, CallFigures figures) {
        events.add(sequence + " " + status.getCode());
      }
    };
  }

  @Override
  public void idle() {}
}
