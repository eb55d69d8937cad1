package dev.grpcos.cli.output;

import com.google.protobuf.DynamicMessage;
import dev.grpcos.cli.call.CallFigures;
import dev.grpcos.cli.call.CallObserver;
import dev.grpcos.cli.call.CallObservers;
import dev.grpcos.cli.call.NumberedRequest;
import dev.grpcos.gateway.json.Types;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.Set;

/** Prints each response on standard output when it arrives, and errors on standard error. */
public final class ResponsePrinter implements CallObservers {
  private final StandardOutput output;
  private final ErrorOutput errors;
  private final ResponseForm form;
  private final Types types;
  private final String method;
  private final Set<Status.Code> accepted;
  private final StatusExplanation explanation;

  /**
   * Creates a printer for the calls of one method.
   *
   * @param types has the types of details
   * @param method the full method name, for messages
   * @param accepted codes that are not errors and are not reported
   * @param explanation of failed calls
   */
  public ResponsePrinter(
      StandardOutput output,
      ErrorOutput errors,
      ResponseForm form,
      Types types,
      String method,
      Set<Status.Code> accepted,
      StatusExplanation explanation) {
    this.output = output;
    this.errors = errors;
    this.form = form;
    this.types = types;
    this.method = method;
    this.accepted = accepted;
    this.explanation = explanation;
  }

  @Override
  public CallObserver started(NumberedRequest request) {
    return new PrintedCall(request);
  }

  @Override
  public void idle() {
    output.flush();
  }

  private final class PrintedCall implements CallObserver {
    private final NumberedRequest request;

    PrintedCall(NumberedRequest request) {
      this.request = request;
    }

    @Override
    public void headers(Metadata headers, long after) {}

    @Override
    public void response(DynamicMessage response, long after) {
      // Responses that arrive together are written together; idle() writes before each wait.
      output.hold(stream -> form.write(response, stream));
    }

    @Override
    public void closed(Status status, Metadata trailers, CallFigures figures) {
      output.release();
      if (!status.isOk() && !accepted.contains(status.getCode())) {
        errors.status(
            explanation.explain(status, figures.responses()),
            trailers,
            method,
            request.place(),
            types);
      }
    }
  }
}
