package dev.grpcos.gateway.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.grpcos.gateway.json.JsonText;
import dev.grpcos.gateway.json.Types;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusException;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;

/**
 * A response with a message on each line, or in each server-sent event.
 *
 * <p>If the call fails before the first message, the response is an HTTP error. Later, the error is
 * the last line or event, and the connection ends without the end of the body, so that a client
 * which ignores lines detects it too.
 *
 * @see <a href="https://html.spec.whatwg.org/multipage/server-sent-events.html">Server-sent
 *     events</a>
 */
final class LineResponse implements ResponseBody {
  private static final byte[] DATA = "data: ".getBytes(US_ASCII);
  private static final byte[] ERROR_EVENT = "event: error\ndata: ".getBytes(US_ASCII);
  private static final byte[] LINE_END = "\n".getBytes(US_ASCII);
  private static final byte[] EVENT_END = "\n\n".getBytes(US_ASCII);

  private final HttpReply reply;
  private final boolean events;
  private final Types types;
  private Metadata headers = new Metadata();

  /**
   * Creates a response.
   *
   * @param events whether messages are server-sent events
   * @param types the types of errors' details
   */
  LineResponse(HttpReply reply, boolean events, Types types) {
    this.reply = reply;
    this.events = events;
    this.types = types;
  }

  @Override
  public void headers(Metadata received) {
    headers = received;
    if (events) {
      begin(); // a client reports the connection as open after this
    }
  }

  private void begin() {
    HttpHeaders fields = new DefaultHttpHeaders();
    HttpMetadata.add(headers, "", fields);
    fields.set(HttpHeaderNames.CONTENT_TYPE, events ? ContentTypes.EVENTS : ContentTypes.NDJSON);
    fields.set(HttpHeaderNames.CACHE_CONTROL, HttpHeaderValues.NO_STORE);
    reply.begin(HttpResponseStatus.OK, fields);
  }

  @Override
  public boolean isCostly(MessageCodec codec) {
    return codec != MessageCodec.PROTO;
  }

  @Override
  public byte[] converted(MessageCodec codec, byte[] message) throws StatusException {
    return codec.response(message);
  }

  @Override
  public void message(byte[] json) {
    if (!reply.isBegun()) {
      begin();
    }
    send(events ? DATA : new byte[0], json);
  }

  private void send(byte[] prefix, byte[] json) {
    reply.piece(Unpooled.wrappedBuffer(prefix, json, events ? EVENT_END : LINE_END));
  }

  @Override
  public void close(Status status, Metadata trailers) {
    if (status.isOk()) {
      if (!reply.isBegun()) {
        begin();
      }
      reply.end();
    } else if (!reply.isBegun()) {
      HttpHeaders fields = new DefaultHttpHeaders();
      HttpMetadata.add(headers, "", fields);
      fields.set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.APPLICATION_JSON);
      reply.whole(
          ErrorCode.httpStatus(status.getCode()), fields, ErrorJson.line(status, trailers, types));
    } else {
      JsonText text = new JsonText();
      text.put("{\"error\":");
      ErrorJson.append(text, status, trailers, types);
      text.put('}');
      send(events ? ERROR_EVENT : new byte[0], ErrorJson.bytes(text));
      reply.cut();
    }
  }
}
