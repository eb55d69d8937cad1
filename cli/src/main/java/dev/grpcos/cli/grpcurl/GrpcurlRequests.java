package dev.grpcos.cli.grpcurl;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.DynamicMessage;
import dev.grpcos.cli.call.MeteredInput;
import dev.grpcos.cli.call.Requests;
import dev.grpcos.cli.failure.CliException;
import dev.grpcos.cli.invocation.Invocation;
import dev.grpcos.cli.invocation.StreamKind;
import dev.grpcos.cli.textformat.TextFormatException;
import dev.grpcos.cli.textformat.TextFormatReader;
import dev.grpcos.gateway.json.JsonReader;
import dev.grpcos.gateway.json.RequestReader;
import dev.grpcos.gateway.json.Types;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * The requests of one call: all messages of a stream, or the only one, which is empty if there is
 * no data. The only request is sent once it is complete; a second one is an error if it is already
 * available by then.
 */
final class GrpcurlRequests implements Requests {
  private static final String STDIN = "@";
  private static final int SEPARATOR = 0x1e;
  private static final int MAX_BYTES = 128 << 20;

  private final GrpcurlInput input;
  private final Requests source;
  private final MethodDescriptor method;
  private int count;
  private boolean taken;

  private GrpcurlRequests(GrpcurlInput input, Requests source, MethodDescriptor method) {
    this.input = input;
    this.source = source;
    this.method = method;
  }

  static GrpcurlRequests of(
      GrpcurlLine line, MethodDescriptor method, Types types, Invocation invocation) {
    String data = line.text(GrpcurlFlag.D);
    boolean reads = STDIN.equals(data);
    InputStream given =
        reads
            ? invocation.stdin()
            : new ByteArrayInputStream(data == null ? new byte[0] : data.getBytes(UTF_8));
    MeteredInput metered = new MeteredInput(given, invocation.account());
    GrpcurlInput input =
        new GrpcurlInput(metered, !reads || invocation.stdinKind() == StreamKind.FILE);
    String name = reads ? "standard input" : "-d";
    boolean allowUnknown = line.isOn(GrpcurlFlag.ALLOW_UNKNOWN_FIELDS);
    Descriptor type = method.getInputType();
    Requests source;
    if (line.isText()) {
      TextFormatReader reader = new TextFormatReader(type, types, false);
      source = new SeparatedTexts(reader, new BufferedInputStream(input), name);
    } else {
      JsonReader json = new JsonReader(input, name, MAX_BYTES, false, RequestReader.hint(type));
      RequestReader reader = new RequestReader(type, types, allowUnknown);
      source = () -> reader.next(json);
    }
    Requests all = source;
    return new GrpcurlRequests(
        input,
        () -> {
          DynamicMessage request = all.next();
          metered.release();
          return request;
        },
        method);
  }

  /** Returns the number of requests that were read. */
  int count() {
    return count;
  }

  @Override
  public @Nullable DynamicMessage next() {
    if (method.isClientStreaming()) {
      DynamicMessage request = source.next();
      count += request == null ? 0 : 1;
      return request;
    }
    if (taken) {
      return null;
    }
    taken = true;
    return only();
  }

  private DynamicMessage only() {
    DynamicMessage request = source.next();
    if (request == null) {
      return DynamicMessage.getDefaultInstance(method.getInputType());
    }
    count++;
    input.endBeforeWait();
    if (source.next() != null) {
      throw CliException.failure(
          "method %s takes one request, but the data contains more", method.getFullName());
    }
    return request;
  }

  /** Requests in text format, each up to a separator or the end; no text is an empty request. */
  private static final class SeparatedTexts implements Requests {
    private final TextFormatReader reader;
    private final InputStream in;
    private final String name;
    private boolean ended;

    SeparatedTexts(TextFormatReader reader, InputStream in, String name) {
      this.reader = reader;
      this.in = in;
      this.name = name;
    }

    @Override
    public @Nullable DynamicMessage next() {
      if (ended) {
        return null;
      }
      try {
        return reader.read(text());
      } catch (TextFormatException e) {
        throw CliException.failure(e, "%s: %s", name, e.getMessage());
      } catch (IOException e) {
        throw new UncheckedIOException(name + " cannot be read: " + e.getMessage(), e);
      }
    }

    private String text() throws IOException {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      int b = in.read();
      for (; b >= 0 && b != SEPARATOR; b = in.read()) {
        if (bytes.size() == MAX_BYTES) {
          throw CliException.failure("%s: a request has more than %d bytes", name, MAX_BYTES);
        }
        bytes.write(b);
      }
      ended = b < 0;
      return bytes.toString(UTF_8);
    }
  }
}
