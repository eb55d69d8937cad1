package dev.grpcos.cli.output;

import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.DynamicMessage;
import dev.grpcos.cli.call.CallObserver;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.Base64;
import java.util.Locale;
import java.util.Set;

/**
 * Tells on standard error what goes over the wire: method, metadata, sizes and times. Values that
 * may be secrets are left out. Everything else is the other observer's.
 */
public final class VerbosePrinter implements CallObserver {
  private static final Set<String> SECRETS =
      Set.of("authorization", "proxy-authorization", "cookie", "set-cookie");

  private static final String DETAILS = "grpc-status-details-bin";

  private final CallObserver next;
  private final ErrorOutput errors;
  private final MethodDescriptor method;
  private final Metadata request;
  private long startedAt;
  private long responses;
  private long bytes;

  /** Tells of calls of this method, made with this metadata. */
  public VerbosePrinter(
      CallObserver next, ErrorOutput errors, MethodDescriptor method, Metadata request) {
    this.next = next;
    this.errors = errors;
    this.method = method;
    this.request = request;
  }

  @Override
  public void started(long sequence) {
    startedAt = System.nanoTime();
    responses = 0;
    bytes = 0;
    errors.line(
        "> call "
            + sequence
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
    next.started(sequence);
  }

  @Override
  public void headers(Metadata headers) {
    errors.line("< headers after " + elapsed());
    metadata("< ", headers);
    next.headers(headers);
  }

  @Override
  public void response(DynamicMessage response) {
    responses++;
    bytes += response.getSerializedSize();
    errors.line(
        "< response "
            + responses
            + ": "
            + response.getSerializedSize()
            + " bytes after "
            + elapsed());
    next.response(response);
  }

  @Override
  public void idle() {
    next.idle();
  }

  @Override
  public void closed(Status status, Metadata trailers) {
    errors.line(
        "< "
            + status.getCode()
            + " after "
            + elapsed()
            + ": "
            + responses
            + (responses == 1 ? " response, " : " responses, ")
            + bytes
            + " bytes");
    metadata("< ", trailers);
    next.closed(status, trailers);
  }

  private void metadata(String prefix, Metadata metadata) {
    for (String key : metadata.keys()) {
      if (key.equals("content-type") || (key.startsWith("grpc-") && !key.equals(DETAILS))) {
        continue; // the transport's own, which differ with the way into the gateway
      }
      if (key.endsWith(Metadata.BINARY_HEADER_SUFFIX)) {
        for (byte[] value : all(metadata, Metadata.Key.of(key, Metadata.BINARY_BYTE_MARSHALLER))) {
          header(prefix, key, Base64.getEncoder().encodeToString(value));
        }
      } else {
        for (String value : all(metadata, Metadata.Key.of(key, Metadata.ASCII_STRING_MARSHALLER))) {
          header(prefix, key, value);
        }
      }
    }
  }

  private static <T> Iterable<T> all(Metadata metadata, Metadata.Key<T> key) {
    Iterable<T> values = metadata.getAll(key);
    return values == null ? Set.of() : values;
  }

  private void header(String prefix, String key, String value) {
    boolean secret =
        SECRETS.contains(key)
            || key.replace("-bin", "").endsWith("-token")
            || key.replace("-bin", "").endsWith("-key");
    errors.line(prefix + key + ": " + (secret ? "(not shown)" : OneLine.of(value)));
  }

  private String elapsed() {
    return String.format(Locale.ROOT, "%.1f ms", (System.nanoTime() - startedAt) / 1e6);
  }
}
