package dev.grpcos.cli.grpcurl;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.DynamicMessage;
import dev.grpcos.cli.call.CallFigures;
import dev.grpcos.cli.call.CallObserver;
import dev.grpcos.cli.call.CallObservers;
import dev.grpcos.cli.call.NumberedRequest;
import dev.grpcos.cli.output.StandardOutput;
import io.grpc.Metadata;
import io.grpc.Status;
import org.jspecify.annotations.Nullable;

/** Prints the parts of one call on standard output, more of them with {@code -v}. */
final class GrpcurlOutput implements CallObservers, CallObserver {
  private final StandardOutput output;
  private final GrpcurlFormat format;
  private final int verbosity;
  private final boolean stream;
  private int responses;
  private boolean headersPrinted;
  private @Nullable Status status;
  private Metadata trailers = new Metadata();

  /**
   * Creates a printer.
   *
   * @param method the declaration of the method, printed if the output is verbose
   * @param stream whether the call has several requests or responses
   * @param request the metadata of the call
   */
  GrpcurlOutput(
      StandardOutput output,
      GrpcurlFormat format,
      int verbosity,
      String method,
      boolean stream,
      Metadata request) {
    this.output = output;
    this.format = format;
    this.verbosity = verbosity;
    this.stream = stream;
    section("Resolved method descriptor", method);
    section("Request metadata to send", GrpcurlMetadata.text(request));
  }

  private void section(String title, String text) {
    if (verbosity > 0) {
      print("\n" + title + ":\n" + text + "\n");
    }
  }

  private void print(String text) {
    output.hold(out -> out.write(text.getBytes(UTF_8)));
  }

  @Override
  public CallObserver started(NumberedRequest request) {
    return this;
  }

  @Override
  public void idle() {
    output.flush();
  }

  @Override
  public void headers(Metadata headers, long after) {
    if (!headersPrinted) {
      section("Response headers received", GrpcurlMetadata.text(headers));
    }
    headersPrinted = true;
  }

  @Override
  public void response(DynamicMessage response, long after) {
    headers(new Metadata(), after);
    responses++;
    if (verbosity > 1) {
      print("\nEstimated response size: " + response.getSerializedSize() + " bytes\n");
    }
    if (verbosity > 0) {
      print("\nResponse contents:\n");
    }
    print(format.of(response) + "\n");
  }

  @Override
  public void closed(Status ended, Metadata received, CallFigures figures) {
    status = ended;
    trailers = received;
    // A stream that ends without an answer of the server has no headers.
    if (!stream || !received.keys().isEmpty()) {
      headers(new Metadata(), 0);
    }
    section("Response trailers received", GrpcurlMetadata.text(received));
    output.release();
  }

  /** Prints the numbers of messages if the output is verbose. */
  void summary(int requests) {
    if (verbosity > 0) {
      print(
          "Sent %s and received %s\n"
              .formatted(counted(requests, "request"), counted(responses, "response")));
    }
    output.flush();
  }

  private static String counted(int count, String noun) {
    return count + " " + noun + (count == 1 ? "" : "s");
  }

  /** Returns the status of the call, or null if it has not ended. */
  @Nullable Status status() {
    return status;
  }

  Metadata trailers() {
    return trailers;
  }
}
