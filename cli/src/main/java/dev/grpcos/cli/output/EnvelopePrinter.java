package dev.grpcos.cli.output;

import com.google.protobuf.Any;
import com.google.protobuf.DynamicMessage;
import dev.grpcos.cli.call.CallFigures;
import dev.grpcos.cli.call.CallObserver;
import dev.grpcos.cli.call.CallObservers;
import dev.grpcos.cli.call.NumberedRequest;
import dev.grpcos.cli.failure.CliException;
import dev.grpcos.gateway.json.JsonSink;
import dev.grpcos.gateway.json.JsonText;
import dev.grpcos.gateway.json.ResponseWriter;
import io.grpc.Metadata;
import io.grpc.Status;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Prints one JSON object for each call, whatever its outcome: responses, status, metadata, time.
 *
 * <p>The object is data: all of its keys are always present, and nothing is hidden. The responses
 * of a call are held until it ends, up to a limit.
 */
public final class EnvelopePrinter implements CallObservers {
  private final StandardOutput output;
  private final ResponseWriter writer;
  private final JsonSink sink;
  private final int maxBytes;
  private final StatusExplanation explanation;

  /**
   * Creates a printer of calls.
   *
   * @param writer writes responses and details on one line each
   * @param sink writes the objects
   * @param maxBytes the maximum size of the JSON of one call's responses
   * @param explanation of failed calls
   */
  public EnvelopePrinter(
      StandardOutput output,
      ResponseWriter writer,
      JsonSink sink,
      int maxBytes,
      StatusExplanation explanation) {
    this.output = output;
    this.writer = writer;
    this.sink = sink;
    this.maxBytes = maxBytes;
    this.explanation = explanation;
  }

  @Override
  public CallObserver started(NumberedRequest request) {
    return new Envelope(request.number());
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
      int before = responses.length();
      writer.append(response, responses);
      if (responses.length() > maxBytes) {
        CliException failure =
            CliException.failure(
                "the responses of call %d are more than %d bytes of JSON, too many for one line:"
                    + " leave out --envelope to get each when it arrives, end the call with"
                    + " --limit, or raise --max-message-size",
                sequence, maxBytes);
        responses.truncate(Math.max(0, before - 1));
        print(
            Status.RESOURCE_EXHAUSTED.withDescription(failure.getMessage()),
            new Metadata(),
            Duration.ofNanos(after));
        throw failure;
      }
    }

    @Override
    public void closed(Status status, Metadata trailers, CallFigures figures) {
      Status explained = status.isOk() ? status : explanation.explain(status, figures.responses());
      print(explained, trailers, figures.total());
    }

    private void print(Status status, Metadata trailers, Duration total) {
      JsonText text = new JsonText();
      text.put("{\"seq\":");
      text.put(Long.toString(sequence));
      text.put(",\"ok\":");
      text.put(Boolean.toString(status.isOk()));
      text.put(",\"status\":");
      status(status, trailers, text);
      text.put(",\"headers\":");
      MetadataJson.write(headers == null ? new Metadata() : headers, true, text);
      text.put(",\"trailers\":");
      MetadataJson.write(trailers, true, text);
      text.put(",\"ms\":");
      text.put(String.format(Locale.ROOT, "%.1f", total.toNanos() / 1e6));
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
