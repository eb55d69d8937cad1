package dev.grpcos.gateway.http;

import io.grpc.Status;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.function.Consumer;

/**
 * The response to one request: either {@link #whole}, or {@link #begin}, any number of {@link
 * #piece}, and {@link #end} or {@link #cut}. Confined to the connection's event loop.
 */
final class HttpReply {
  /** What a connection does when a response is complete. */
  interface ReplyOwner {
    /** Returns whether the rest of the request will be read, so that another can follow it. */
    boolean reachesEnd();

    /**
     * Continues after the response.
     *
     * @param keep whether the connection stays open
     */
    void replied(boolean keep);
  }

  /** The size of the pieces in which a large body is written. */
  private static final int PIECE = 64 << 10;

  private final ChannelHandlerContext context;
  private final ReplyOwner owner;
  private final boolean headOnly;
  private final boolean chunks;
  private boolean keep;
  private boolean begun;
  private boolean done;
  private boolean flushes;
  private Consumer<HttpHeaders> extension = headers -> {};

  /**
   * Creates the response to a request.
   *
   * @param request its version and method decide the form of the response
   */
  HttpReply(ChannelHandlerContext context, HttpRequest request, ReplyOwner owner) {
    this.context = context;
    this.owner = owner;
    this.headOnly = request.method().equals(HttpMethod.HEAD);
    this.chunks = request.protocolVersion().isKeepAliveDefault();
    this.keep = HttpUtil.isKeepAlive(request);
  }

  /** Creates a response without a request that could be read. */
  static HttpReply unrequested(ChannelHandlerContext context, ReplyOwner owner) {
    return new HttpReply(
        context, new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/"), owner);
  }

  /** Adds a last change of the response's headers, before they are sent. */
  void extend(Consumer<HttpHeaders> change) {
    extension = change;
  }

  /** Closes the connection after this response. */
  void closeAfter() {
    keep = false;
  }

  boolean isBegun() {
    return begun;
  }

  boolean isDone() {
    return done;
  }

  /** Returns whether the client keeps up with the response. */
  boolean isWritable() {
    return context.channel().isWritable();
  }

  /** Sends an error as JSON, with the HTTP status of its code. */
  void error(Status error) {
    error(ErrorCode.httpStatus(error.getCode()), error);
  }

  /** Sends an error as JSON. */
  void error(HttpResponseStatus status, Status error) {
    error(status, error, new DefaultHttpHeaders());
  }

  /** Sends an error as JSON, with these headers. */
  void error(HttpResponseStatus status, Status error, HttpHeaders headers) {
    headers.set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.APPLICATION_JSON);
    whole(status, headers, ErrorJson.line(error));
  }

  /** Sends a complete response. */
  void whole(HttpResponseStatus status, HttpHeaders headers, byte[] body) {
    headers.set(HttpHeaderNames.CONTENT_LENGTH, body.length);
    head(status, headers);
    finish(headOnly ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(body));
  }

  /**
   * Sends the head of a response whose length is not known. It completes the response to a HEAD
   * request.
   */
  void begin(HttpResponseStatus status, HttpHeaders headers) {
    if (headOnly) {
      head(status, headers);
      finish(Unpooled.EMPTY_BUFFER);
      return;
    }
    if (chunks) {
      headers.set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
    } else {
      keep = false;
    }
    head(status, headers);
    flushSoon();
  }

  /** Sends a part of the body. */
  void piece(ByteBuf bytes) {
    if (done) {
      bytes.release();
      return;
    }
    writeAllButTheLastPiece(bytes);
    var unused = context.write(new DefaultHttpContent(bytes), context.voidPromise());
    flushSoon();
  }

  /** Runs an action when the connection has sent all bytes until now, or has ended. */
  void whenSent(Runnable action) {
    context.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(sent -> action.run());
  }

  /** Ends a response that has begun. */
  void end() {
    if (!done) {
      finish(Unpooled.EMPTY_BUFFER);
    }
  }

  /** Ends a response without its regular end, so that the client detects an error. */
  void cut() {
    keep = false;
    done = true;
    context.flush();
    owner.replied(false);
  }

  private void head(HttpResponseStatus status, HttpHeaders headers) {
    begun = true;
    keep &= owner.reachesEnd();
    if (!keep) {
      headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    } else if (!chunks) {
      headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.KEEP_ALIVE);
    }
    extension.accept(headers);
    var unused =
        context.write(
            new DefaultHttpResponse(HttpVersion.HTTP_1_1, status, headers), context.voidPromise());
  }

  private void finish(ByteBuf last) {
    done = true;
    writeAllButTheLastPiece(last);
    LastHttpContent content =
        last.isReadable() ? new DefaultLastHttpContent(last) : LastHttpContent.EMPTY_LAST_CONTENT;
    var unused = context.writeAndFlush(content, context.voidPromise());
    owner.replied(keep);
  }

  /** Writes in pieces, so that the connection detects that a slow client receives something. */
  private void writeAllButTheLastPiece(ByteBuf bytes) {
    while (bytes.readableBytes() > PIECE) {
      var unused =
          context.write(
              new DefaultHttpContent(bytes.readRetainedSlice(PIECE)), context.voidPromise());
    }
  }

  /** Flushes at the end of the event loop's turn, so that several messages leave in one write. */
  private void flushSoon() {
    if (!flushes) {
      flushes = true;
      context
          .executor()
          .execute(
              () -> {
                flushes = false;
                context.flush();
              });
    }
  }
}
