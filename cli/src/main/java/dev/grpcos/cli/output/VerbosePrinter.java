package dev.grpcos.cli.output;

import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.DynamicMessage;
import dev.grpcos.cli.call.CallFigures;
import dev.grpcos.cli.call.CallObserver;
import dev.grpcos.cli.call.CallObservers;
import dev.grpcos.cli.call.NumberedRequest;
import dev.grpcos.gateway.call.MetadataEntry;
import dev.grpcos.gateway.json.Redaction;
import dev.grpcos.gateway.text.PrintableText;
import io.grpc.Metadata;
import io.grpc.Status;
import java.time.Duration;
import java.util.Locale;

/**
 * Prints the method, metadata, sizes and times of calls on standard error, without possible
 * secrets, and passes all events on to other observers.
 */
public final class VerbosePrinter implements CallObservers {
  private final CallObservers next;
  private final ErrorOutput errors;
  private final MethodDescriptor method;
  private final Metadata request;

  /** Creates a printer for the calls of a method with this metadata. */
  public VerbosePrinter(
      CallObservers next, ErrorOutput errors, MethodDescriptor method, Metadata request) {
    this.next = next;
    this.errors = errors;
    this.method = method;
    this.request = request;
  }

  /** Prints the duration of a phase before the first call. */
  public static void phase(String name, Duration took, ErrorOutput errors) {
    errors.line("* " + name + " " + milliseconds(took.toNanos()));
  }

  @Override
  public CallObserver started(NumberedRequest call) {
    errors.line(
        "> call "
            + call.number()
            + ": "
            + method.getService().getFullName()
            + "/"
            + method.getName()
            + " ("
            + (method.isClientStreaming() ? "stream " : "")
            + method.getInputType().getFullName()
            + ") returns ("
            + (method.isServerStreaming() ? "stream " : "")
            + method.getOutputType().getFullName()
            + ")");
    metadata("> ", request);
    return new VerboseCall(next.started(call));
  }

  @Override
  public void idle() {
    next.idle();
  }

  private final class VerboseCall implements CallObserver {
    private final CallObserver next;
    private long responses;
    private long bytes;

    VerboseCall(CallObserver next) {
      this.next = next;
    }

    @Override
    public void headers(Metadata headers, long after) {
      errors.line("< headers after " + milliseconds(after));
      metadata("< ", headers);
      next.headers(headers, after);
    }

    @Override
    public void response(DynamicMessage response, long after) {
      responses++;
      bytes += response.getSerializedSize();
      errors.line(
          "< response "
              + responses
              + ": "
              + response.getSerializedSize()
              + " bytes after "
              + milliseconds(after));
      next.response(response, after);
    }

    @Override
    public void closed(Status status, Metadata trailers, CallFigures figures) {
      errors.line(
          "< "
              + status.getCode()
              + " after "
              + milliseconds(figures.total().toNanos())
              + ": "
              + responses
              + (responses == 1 ? " response, " : " responses, ")
              + bytes
              + " bytes");
      metadata("< ", trailers);
      Duration first = figures.firstResponse();
      errors.line(
          "* encode "
              + milliseconds(figures.encoding().toNanos())
              + (first == null ? "" : ", first response " + milliseconds(first.toNanos()))
              + ", call "
              + milliseconds(figures.total().toNanos())
              + "; "
              + figures.requests()
              + (figures.requests() == 1 ? " request, " : " requests, ")
              + figures.requestBytes()
              + " bytes");
      next.closed(status, trailers, figures);
    }
  }

  private void metadata(String prefix, Metadata metadata) {
    for (MetadataEntry entry : MetadataEntry.of(metadata)) {
      errors.line(
          prefix
              + entry.key()
              + ": "
              + (entry.secret() ? Redaction.HIDDEN : PrintableText.line(entry.value())));
    }
  }

  private static String milliseconds(long nanoseconds) {
    return String.format(Locale.ROOT, "%.1f ms", nanoseconds / 1e6);
  }
}
