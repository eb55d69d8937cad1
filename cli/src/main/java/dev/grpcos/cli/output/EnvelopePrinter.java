package dev.grpcos.cli.output;

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
import org.jspecify.annotations.Nullable;

/**
 * Prints one {@link CallEnvelope} for each call, whatever its outcome. The responses of a call are
 * held until it ends, up to a limit.
 */
public final class EnvelopePrinter implements CallObservers {
  private final StandardOutput output;
  private final ResponseWriter writer;
  private final CallEnvelope envelope;
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
    this.envelope = new CallEnvelope(writer);
    this.sink = sink;
    this.maxBytes = maxBytes;
    this.explanation = explanation;
  }

  @Override
  public CallObserver started(NumberedRequest request) {
    return new PrintedEnvelope(request.number());
  }

  @Override
  public void idle() {
    output.flush();
  }

  private final class PrintedEnvelope implements CallObserver {
    private final long sequence;
    private final JsonText responses = new JsonText();
    private @Nullable Metadata headers;

    PrintedEnvelope(long sequence) {
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
      JsonText text = envelope.of("", sequence, status, headers, trailers, total, responses);
      output.hold(stream -> sink.write(text, stream));
      output.release();
    }
  }
}
