package dev.grpcos.gateway.http;

import dev.grpcos.gateway.call.Refusal;
import dev.grpcos.gateway.config.Limits;
import dev.grpcos.gateway.http.ConnectionPhases.Phase;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/**
 * The requests of one connection, one after the other.
 *
 * <p>grpc-java owns a connection of a Unix socket, as it owns those of HTTP/2. It closes the
 * channel when the gateway drains, and writes a command object when the gateway stops; so does the
 * owner of a connection over TCP. Confined to the connection's event loop.
 */
final class HttpConnection extends ChannelDuplexHandler implements HttpReply.ReplyOwner {
  private static final System.Logger LOG = System.getLogger("dev.grpcos.gateway.http");

  /** The largest body that is read to its end after the response, for the sake of the next. */
  private static final int DISCARDED = 64 << 10;

  /**
   * The maximum number of bytes that are read after the last response, so that the client can
   * receive it.
   */
  private static final int LINGERING = 4 << 20;

  private final RequestDecoder decoder;
  private final RequestHandler requests;
  private final EventLoop loop;
  private final ConnectionPhases phases;

  private @Nullable Exchange exchange;
  private @Nullable HttpReply reply;
  private boolean ended;
  private boolean reachesEnd;
  private boolean draining;
  private boolean closing;

  private @Nullable EndedInput endedInput;

  private boolean pausesBody;

  /** Whether {@link #next} is scheduled. */
  private boolean nextDue;

  /** The bytes of the current request's body. */
  private long bytes;

  private @Nullable ChannelHandlerContext context;

  HttpConnection(RequestDecoder decoder, RequestHandler requests, Limits limits, EventLoop loop) {
    this.decoder = decoder;
    this.requests = requests;
    this.loop = loop;
    this.phases = new ConnectionPhases(limits, loop, this::expire);
  }

  @Override
  public void handlerAdded(ChannelHandlerContext added) {
    context = added;
    added.channel().config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
    phases.head();
  }

  private ChannelHandlerContext context() {
    ChannelHandlerContext known = context;
    if (known == null) {
      throw new IllegalStateException("used before it was added to a pipeline");
    }
    return known;
  }

  @Override
  public void channelRead(ChannelHandlerContext added, Object message) {
    if (closing) {
      ReferenceCountUtil.release(message);
    } else if (message instanceof RefusedRequest refused) {
      refuse(refused);
    } else if (message instanceof HttpObject part && part.decoderResult().isFailure()) {
      ReferenceCountUtil.release(message);
      refuse(RefusedRequest.malformed(part.decoderResult().cause()));
    } else if (message instanceof HttpRequest request) {
      begin(request);
    } else if (message instanceof HttpContent content) {
      try {
        content(content);
      } finally {
        content.release();
      }
    } else {
      ReferenceCountUtil.release(message);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext added) {
    checkHead();
    added.fireChannelReadComplete();
  }

  private void checkHead() {
    if (phases.is(Phase.IDLE) && decoder.waiting() > 0) {
      phases.head();
    }
    updateReading();
  }

  private void begin(HttpRequest request) {
    bytes = 0;
    ended = false;
    long length = HttpUtil.getContentLength(request, 0L);
    boolean chunked = request.headers().contains(HttpHeaderNames.TRANSFER_ENCODING);
    boolean expects = HttpUtil.is100ContinueExpected(request);
    boolean small = !chunked && length <= DISCARDED;
    // A client that waits for 100 and gets another response may never send the body.
    reachesEnd = small && !expects;
    phases.body(() -> bytes);
    HttpReply next = new HttpReply(context(), request, this);
    reply = next;
    if (draining) {
      next.closeAfter();
    }
    RefusedRequest refused = RefusedRequest.of(request);
    if (refused != null) {
      refuse(refused);
      return;
    }
    Exchange started = requests.begin(request, next, this::pauseBody);
    if (next.isDone()) {
      return;
    }
    exchange = started;
    if (expects && started != null) {
      // A refusal of a call that has started is already queued.
      started.whenBodyIsNeeded(() -> loop.execute(() -> requestBody(next, small)));
    }
  }

  /** Asks the client for the body, unless the response has begun or the body has arrived. */
  private void requestBody(HttpReply current, boolean small) {
    if (reply == current && !current.isBegun() && !current.isDone() && !ended && !closing) {
      reachesEnd = small;
      var unused =
          context()
              .writeAndFlush(
                  new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE));
    }
  }

  /** Answers a request whose end is not known, and closes the connection. */
  private void refuse(RefusedRequest refused) {
    HttpReply current = reply;
    if (current != null && current.isDone()) {
      close(); // another response would be taken for that of the next request
      return;
    }
    if (exchange != null) {
      exchange.gone();
      exchange = null;
    }
    if (current == null) {
      ended = false;
      current = HttpReply.unrequested(context(), this);
      reply = current;
    }
    reachesEnd = false;
    current.closeAfter();
    if (current.isBegun()) {
      current.cut();
    } else {
      current.error(refused.status(), refused.error());
    }
  }

  private void content(HttpContent content) {
    bytes += content.content().readableBytes();
    boolean last = content instanceof LastHttpContent;
    if (phases.is(Phase.LINGER)) {
      if (last || bytes > LINGERING) {
        close();
      }
      return;
    }
    Exchange current = exchange;
    if (current != null && content.content().isReadable()) {
      current.data(content.content());
    }
    if (!last) {
      return;
    }
    ended = true;
    HttpReply response = reply;
    if (response != null && response.isDone()) {
      scheduleNext();
    } else {
      phases.call();
      if (exchange != null) {
        exchange.end();
      }
    }
  }

  @Override
  public boolean reachesEnd() {
    return (ended || reachesEnd) && !draining;
  }

  @Override
  public void replied(boolean keep) {
    exchange = null;
    pausesBody = false;
    if (!keep && ended) {
      closeAfterFlush();
    } else if (!keep) {
      phases.linger();
      bytes = 0;
    } else if (ended) {
      scheduleNext();
    }
    updateReading();
  }

  /** Continues with the next request, in another turn of the event loop. */
  private void scheduleNext() {
    if (!nextDue) {
      nextDue = true;
      loop.execute(this::next);
    }
  }

  private void next() {
    nextDue = false;
    if (closing) {
      return;
    }
    reply = null;
    if (draining) {
      closeAfterFlush();
      return;
    }
    if (!context().channel().isWritable()) {
      // Further responses would only fill the memory; channelWritabilityChanged continues.
      if (!phases.is(Phase.SEND)) {
        phases.send(context().channel());
      }
      updateReading();
      closeWithoutInput();
      return;
    }
    phases.idle();
    decoder.resume();
    context().pipeline().fireChannelRead(Unpooled.EMPTY_BUFFER);
    checkHead();
    closeWithoutInput();
  }

  /** Pauses or continues the reading of the body, for an exchange. */
  private void pauseBody(boolean pauses) {
    pausesBody = pauses;
    updateReading();
  }

  private void updateReading() {
    if (endedInput != null) {
      return; // Netty would fail to register for input
    }
    boolean waits = phases.is(Phase.CALL) || phases.is(Phase.SEND);
    boolean tooFar = waits && decoder.isAhead();
    context().channel().config().setAutoRead(!pausesBody && !tooFar);
  }

  private void expire() {
    switch (phases.current()) {
      case HEAD -> refuse(RefusedRequest.incomplete("head"));
      case BODY -> {
        if (exchange == null || !exchange.isOpenEnded()) {
          refuse(RefusedRequest.incomplete("body"));
        }
      }
      case IDLE, CALL, SEND, LINGER -> close();
    }
  }

  /** Closes when the client has received the response, or does not receive it in time. */
  private void closeAfterFlush() {
    closing = true;
    phases.send(context().channel());
    // Not through the channel, whose close lets an exchange finish.
    var unused = context().writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(flushed -> close());
  }

  private void close() {
    closing = true;
    var unused = context().close();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext added) {
    if (added.channel().isWritable()) {
      if (exchange != null) {
        exchange.writable();
      } else if (phases.is(Phase.SEND)) {
        scheduleNext();
      }
    }
    added.fireChannelWritabilityChanged();
  }

  /** Answers the requests that are complete, if the client can still receive. */
  @Override
  public void userEventTriggered(ChannelHandlerContext added, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      endedInput = new EndedInput(context().channel(), this::closeWithoutInput);
      closeWithoutInput();
    } else {
      added.fireUserEventTriggered(event);
    }
  }

  /** Closes a connection whose input has ended, unless a response is due and can be received. */
  private void closeWithoutInput() {
    if (endedInput == null || closing) {
      return;
    }
    boolean due = ended && (exchange != null || phases.is(Phase.SEND) || decoder.waiting() > 0);
    if (endedInput.isGone()) {
      close();
    } else if (!due) {
      closeAfterFlush();
    } else {
      endedInput.checkLater();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext added) {
    closing = true;
    if (exchange != null) {
      exchange.gone();
      exchange = null;
    }
    phases.cancel();
    added.fireChannelInactive();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext added, Throwable cause) {
    LOG.log(System.Logger.Level.DEBUG, "HTTP/1.1 connection ends", cause);
    close();
  }

  /** Closes the connection when the client has received the response: the gateway drains. */
  @Override
  public void close(ChannelHandlerContext added, ChannelPromise promise) {
    draining = true;
    var unused = added.channel().closeFuture().addListener(closed -> promise.trySuccess());
    if (exchange != null || phases.is(Phase.LINGER)) {
      if (reply != null) {
        reply.closeAfter();
      }
    } else if (!closing) {
      closeAfterFlush();
    }
  }

  /** Ends the connection after a moment: a command is written when the gateway stops. */
  @Override
  public void write(ChannelHandlerContext added, Object message, ChannelPromise promise) {
    ReferenceCountUtil.release(message);
    promise.trySuccess();
    phases.stop();
    if (exchange != null) {
      exchange.stop(Refusal.STOPPING);
    }
    closeAfterFlush();
  }
}
