package dev.grpcos.gateway.listener;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Decides from the first bytes of a connection whether it speaks HTTP/2 or HTTP/1.1.
 *
 * <p>grpc-java starts HTTP/2 with an event as soon as a connection is accepted. This handler holds
 * the event back until the client's preface has begun, so that a client of HTTP/1.1 receives no
 * HTTP/2 frames. Then it removes itself from the pipeline.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9113#section-3.4">RFC 9113, connection preface
 *     </a>
 */
final class ProtocolSniffer extends ChannelInboundHandlerAdapter {
  private static final byte[] PREFACE = "PRI * HTTP/2.0".getBytes(US_ASCII);

  /** The maximum number of letters of a method of HTTP/1.1; the registered ones are shorter. */
  private static final int LONGEST_METHOD = 32;

  private final ChannelHandler http2;
  private final Consumer<Channel> http1;
  private final Duration handshake;
  private @Nullable Object start;
  private ByteBuf received = Unpooled.EMPTY_BUFFER;

  /**
   * Creates a handler for one connection.
   *
   * @param http2 the handler that takes grpc-java's event
   * @param http1 adds the handlers of HTTP/1.1 to the end of a connection's pipeline
   * @param handshake the time in which the connection must be set up
   */
  ProtocolSniffer(ChannelHandler http2, Consumer<Channel> http1, Duration handshake) {
    this.http2 = http2;
    this.http1 = http1;
    this.handshake = handshake;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    context.pipeline().addFirst(new HandshakeTimeout(handshake));
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (start == null) {
      start = event;
    } else {
      context.fireUserEventTriggered(event);
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ByteBuf bytes = (ByteBuf) message;
    received = received.isReadable() ? Unpooled.wrappedBuffer(received, bytes) : bytes;
    int known = Math.min(received.readableBytes(), PREFACE.length);
    for (int i = 0; i < known; i++) {
      if (received.getByte(received.readerIndex() + i) != PREFACE[i]) {
        startOther(context);
        return;
      }
    }
    if (known == PREFACE.length) {
      startHttp2(context);
    }
  }

  /**
   * Starts HTTP/1.1. If the first word is not followed by the target of a request, starts HTTP/2
   * instead: the bytes are an invalid preface, which the handler of HTTP/2 answers with GOAWAY.
   */
  private void startOther(ChannelHandlerContext context) {
    int start = received.readerIndex();
    int end = Math.min(received.writerIndex(), start + LONGEST_METHOD);
    int i = start;
    while (i < end && Character.isLetter(received.getByte(i))) {
      i++;
    }
    if (i == end && end < start + LONGEST_METHOD) {
      return; // more bytes decide
    }
    if (i == end || received.getByte(i) != ' ') {
      startHttp1(context);
    } else if (i + 1 < received.writerIndex()) {
      if ("/*hH".indexOf(received.getByte(i + 1)) >= 0) {
        startHttp1(context);
      } else {
        startHttp2(context);
      }
    }
  }

  private void startHttp2(ChannelHandlerContext context) {
    context.pipeline().addAfter(context.name(), null, http2);
    if (start != null) {
      context.fireUserEventTriggered(start);
    }
    passOn(context);
  }

  private void startHttp1(ChannelHandlerContext context) {
    ChannelPipeline pipeline = context.pipeline();
    while (pipeline.last() != this) {
      pipeline.removeLast();
    }
    pipeline.remove(HandshakeTimeout.class);
    if (pipeline.get(SilentGreeting.class) != null) {
      pipeline.remove(SilentGreeting.class); // it waits for more bytes than a request may have
    }
    http1.accept(context.channel());
    passOn(context);
  }

  private void passOn(ChannelHandlerContext context) {
    ByteBuf bytes = received;
    received = Unpooled.EMPTY_BUFFER;
    context.pipeline().remove(this);
    context.fireChannelRead(bytes);
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    received.release();
  }
}
