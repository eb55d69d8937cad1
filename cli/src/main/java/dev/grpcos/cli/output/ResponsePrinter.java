package dev.grpcos.cli.output;

import com.google.protobuf.DynamicMessage;
import dev.grpcos.cli.call.CallFigures;
import dev.grpcos.cli.call.CallObserver;
import dev.grpcos.cli.call.CallObservers;
import dev.grpcos.gateway.json.Types;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Prints each response on standard output as it comes, and failures on standard error. */
public final class ResponsePrinter implements CallObservers, CallObserver {
  private final StandardOutput output;
  private final ErrorOutput errors;
  private final ResponseForm form;
  private final Types types;
  private final String method;
  private final Set<Status.Code> accepted;
  private final UnaryOperator<Status> explain;

  /**
   * A printer for the calls of one method.
   *
   * @param types finds what is in details
   * @param method the full method name, for messages
   * @param accepted codes that are no failure, so that nothing is said of them
   * @param explain puts what the connection knows into a status
   */
  public ResponsePrinter(
      StandardOutput output,
      ErrorOutput errors,
      ResponseForm form,
      Types types,
      String method,
      Set<Status.Code> accepted,
      UnaryOperator<Status> explain) {
    this.output = output;
    this.errors = errors;
    this.form = form;
    this.types = types;
    this.method = method;
    this.accepted = accepted;
    this.explain = explain;
  }

  @Override
  public CallObserver started(long sequence) {
    return this; // it keeps nothing of a call
  }

  @Override
  public void headers(Metadata headers, long after) {}

  @Override
  public void response(DynamicMessage response, long after) {
    // What came together goes out together; what the caller waits for does not wait, see idle().
    output.hold(stream -> form.write(response, stream));
  }

  @Override
  public void idle() {
    output.flush();
  }

  @Override
  public void closed(Status status, Metadata trailers, CallFigures figures) {
    output.release();
    if (!status.isOk() && !accepted.contains(status.getCode())) {
      errors.status(explain.apply(status), trailers, method, types);
    }
  }
}
