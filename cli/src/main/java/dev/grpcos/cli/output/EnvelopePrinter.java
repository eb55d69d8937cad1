package dev.grpcos.cli.output;

import com.google.protobuf.Any;
import com.google.protobuf.DynamicMessage;
import dev.grpcos.cli.call.CallFigures;
import dev.grpcos.cli.call.CallObserver;
import dev.grpcos.cli.call.CallObservers;
import dev.grpcos.cli.failure.CliException;
import dev.grpcos.gateway.json.JsonSink;
import dev.grpcos.gateway.json.JsonText;
import dev.grpcos.gateway.json.ResponseWriter;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Prints one JSON object for each call, whatever its outcome: responses, status, metadata, time.
 *
 * <p>It is data, so that nothing in it is hidden or left out, and all of its keys are always there.
 * A call's responses are held until it ends, up to a bound.
 */
public final class EnvelopePrinter implements CallObservers {
  private final StandardOutput output;
  private final ResponseWriter writer;
  private final JsonSink sink;
  private final int maxBytes;
  private final UnaryOperator<Status> explain;

  /**
   * A printer of calls.
   *
   * @param writer writes responses and details on one line each
   * @param sink where the objects go
   * @param maxBytes how much JSON the responses of one call may be
   * @param explain puts what the connection knows into a status
   */
  public EnvelopePrinter(
      StandardOutput output,
      ResponseWriter writer,
      JsonSink sink,
      int maxBytes,
      UnaryOperator<Status> explain) {
    this.output = output;
    this.writer = writer;
    this.sink = sink;
    this.maxBytes = maxBytes;
    this.explain = explain;
  }

  @Override
  public CallObserver started(long sequence) {
    return new Envelope(sequence);
  }

  @Override
  public void idle() {
    output.flush();
  }

  private final class Envelope implements CallObserver {
    private final long sequence;
    private final JsonText responses = new JsonText();
    private @Nullable Metadata headers;

    Envelope(long sequence) {
      this.sequence = sequence;
    }

    @Override
    public void headers(Metadata headers, long after) {
      this.headers = headers;
    }

    @Override
    public void response(DynamicMessage response, long after) {
      if (responses.length() > 0) {
        responses.put(',');
      }
      writer.append(response, responses);
      if (responses.length() > maxBytes) {
        throw CliException.failure(
            "the responses of call %d are more than %d bytes of JSON, too many for one line: leave"
                + " out --envelope to get each as it comes, end the call with --limit, or raise"
                + " --max-message-size",
            sequence, maxBytes);
      }
    }

    @Override
    public void closed(Status status, Metadata trailers, CallFigures figures) {
      JsonText text = new JsonText();
      text.put("{\"seq\":");
      text.put(Long.toString(sequence));
      text.put(",\"ok\":");
      text.put(Boolean.toString(status.isOk()));
      text.put(",\"status\":");
      status(status.isOk() ? status : explain.apply(status), trailers, text);
      text.put(",\"headers\":");
      MetadataJson.write(headers == null ? new Metadata() : headers, true, text);
      text.put(",\"trailers\":");
      MetadataJson.write(trailers, true, text);
      text.put(",\"ms\":");
      text.put(String.format(Locale.ROOT, "%.1f", figures.total().toNanos() / 1e6));
      text.put(",\"responses\":[");
      text.put(responses);
      text.put("]}");
      output.hold(stream -> sink.write(text, stream));
      output.release();
    }

    private void status(Status status, Metadata trailers, JsonText text) {
      text.put("{\"code\":");
      text.put(Integer.toString(status.getCode().value()));
      text.put(",\"name\":");
      text.quoted(status.getCode().name());
      text.put(",\"message\":");
      String description = status.getDescription();
      text.quoted(description == null ? "" : description);
      text.put(",\"details\":[");
      List<Any> details = StatusDetails.of(trailers);
      for (int i = 0; i < details.size(); i++) {
        if (i > 0) {
          text.put(',');
        }
        writer.append(details.get(i), text);
      }
      text.put("]}");
    }
  }
}
