package dev.grpcos.gateway.http;

import dev.grpcos.gateway.call.Gzip;
import dev.grpcos.gateway.json.Types;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusException;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A response with one message. Its HTTP status is that of the call's code.
 *
 * @see <a href="https://connectrpc.com/docs/protocol#unary-response">Connect protocol, unary
 *     responses</a>
 */
final class UnaryResponse implements ResponseBody {
  private static final String TRAILER_PREFIX = "trailer-";

  private final HttpReply reply;
  private final MessageCodec codec;
  private final boolean compresses;
  private final Types types;

  private Metadata headers = new Metadata();
  private byte @Nullable [] message;
  private int messages;

  /**
   * Creates a response.
   *
   * @param compresses whether the client accepts gzip
   * @param types the types of errors' details
   */
  UnaryResponse(HttpReply reply, MessageCodec codec, boolean compresses, Types types) {
    this.reply = reply;
    this.codec = codec;
    this.compresses = compresses;
    this.types = types;
  }

  @Override
  public void headers(Metadata received) {
    headers = received;
  }

  @Override
  public boolean isCostly(MessageCodec form) {
    return compresses || form != MessageCodec.PROTO;
  }

  @Override
  public byte[] converted(MessageCodec form, byte[] received) throws StatusException {
    byte[] body = form.response(received);
    if (form != MessageCodec.PROTO) {
      body = Arrays.copyOf(body, body.length + 1);
      body[body.length - 1] = '\n';
    }
    return compresses ? Gzip.compress(body) : body;
  }

  @Override
  public void message(byte[] converted) {
    message = converted;
    messages++;
  }

  @Override
  public void close(Status status, Metadata trailers) {
    HttpHeaders fields = new DefaultHttpHeaders();
    HttpMetadata.add(headers, "", fields);
    HttpMetadata.add(trailers, TRAILER_PREFIX, fields);
    Status result = status;
    if (status.isOk()) {
      try {
        send(fields);
        return;
      } catch (StatusException e) {
        result = e.getStatus();
      }
    }
    fields.set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.APPLICATION_JSON);
    reply.whole(
        ErrorCode.httpStatus(result.getCode()), fields, ErrorJson.line(result, trailers, types));
  }

  private void send(HttpHeaders fields) throws StatusException {
    byte[] only = message;
    if (only == null || messages != 1) {
      throw Status.INTERNAL
          .withDescription(
              "the server sent %d responses with status OK; the method returns one"
                  .formatted(messages))
          .asException();
    }
    fields.set(HttpHeaderNames.CONTENT_TYPE, "application/" + codec.name());
    if (compresses) {
      fields.set(HttpHeaderNames.CONTENT_ENCODING, HttpHeaderValues.GZIP);
    }
    reply.whole(HttpResponseStatus.OK, fields, only);
  }
}
