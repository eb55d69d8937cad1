package dev.grpcos.gateway.http;

import dev.grpcos.gateway.call.Gzip;
import dev.grpcos.gateway.json.JsonText;
import dev.grpcos.gateway.json.Types;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;

/**
 * A response of messages in envelopes, whose last one has the call's status.
 *
 * @see <a href="https://connectrpc.com/docs/protocol#streaming-response">Connect protocol,
 *     streaming responses</a>
 */
final class EnvelopeResponse implements ResponseBody {
  private final HttpReply reply;
  private final MessageCodec codec;
  private final boolean compresses;
  private final Types types;

  /**
   * Creates a response.
   *
   * @param compresses whether the client accepts gzip
   * @param types the types of errors' details
   */
  EnvelopeResponse(HttpReply reply, MessageCodec codec, boolean compresses, Types types) {
    this.reply = reply;
    this.codec = codec;
    this.compresses = compresses;
    this.types = types;
  }

  @Override
  public void headers(Metadata received) {
    begin(received);
  }

  private void begin(Metadata metadata) {
    HttpHeaders fields = new DefaultHttpHeaders();
    HttpMetadata.add(metadata, "", fields);
    fields.set(HttpHeaderNames.CONTENT_TYPE, "application/connect+" + codec.name());
    if (compresses) {
      fields.set(ContentCodings.CONNECT_CONTENT_ENCODING, ContentCodings.GZIP);
    }
    reply.begin(HttpResponseStatus.OK, fields);
  }

  @Override
  public boolean isCostly(MessageCodec form) {
    return compresses || form != MessageCodec.PROTO;
  }

  @Override
  public byte[] converted(MessageCodec form, byte[] message) throws StatusException {
    return content(form.response(message));
  }

  private byte[] content(byte[] message) {
    return compresses ? Gzip.compress(message) : message;
  }

  @Override
  public void message(byte[] content) {
    if (!reply.isBegun()) {
      begin(new Metadata());
    }
    envelope(0, content);
  }

  @Override
  public void close(Status status, Metadata trailers) {
    if (!reply.isBegun()) {
      begin(new Metadata());
    }
    JsonText text = new JsonText();
    text.put('{');
    if (!status.isOk()) {
      text.put("\"error\":");
      ErrorJson.append(text, status, trailers, types);
      text.put(',');
    }
    text.put("\"metadata\":");
    HttpMetadata.append(text, trailers);
    text.put('}');
    envelope(EnvelopeBody.END, content(ErrorJson.bytes(text)));
    reply.end();
  }

  private void envelope(int flags, byte[] content) {
    ByteBuf prefix = Unpooled.buffer(EnvelopeBody.PREFIX_BYTES);
    prefix.writeByte(compresses ? flags | EnvelopeBody.COMPRESSED : flags);
    prefix.writeInt(content.length);
    reply.piece(Unpooled.wrappedBuffer(prefix, Unpooled.wrappedBuffer(content)));
  }
}
