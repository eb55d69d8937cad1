package dev.grpcos.gateway.exec;

import static io.netty.handler.codec.ByteToMessageDecoder.MERGE_CUMULATOR;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;
import java.io.EOFException;
import org.jspecify.annotations.Nullable;

/**
 * A program at the other end of a connection to {@code grpcos-exec}, and the handler of that
 * connection's channel.
 *
 * <p>The channel is read only while the owner wants events, which slows the program down. Input is
 * written only while the channel is writable. Confined to the channel's event loop.
 */
final class Program extends ChannelInboundHandlerAdapter {
  /** The owner of a program. Called on the program's event loop. */
  interface ProgramOwner {
    /** Returns whether the owner can take an event now. {@link Program#resume} checks again. */
    boolean wantsEvents();

    /** Takes an event. */
    void event(Event event);

    /** Continues after all written input has left the gateway. */
    void inputSent();

    /** Reports that the connection ended without a last event, which also ends the program. */
    void lost(Throwable cause);
  }

  private static final byte[] NONE = {};

  private final ByteBuf start;
  private final ProgramOwner owner;
  private final Runnable ended;

  private @Nullable ChannelHandlerContext connection;
  private ByteBuf received = Unpooled.EMPTY_BUFFER;
  private byte[] input = NONE;
  private int written;
  private boolean inputEnds;
  private boolean endWritten;
  private boolean delivering;
  private boolean killed;
  private boolean disconnected;
  private boolean finished;
  private @Nullable Throwable failure;

  /**
   * Creates a program that is not connected yet.
   *
   * @param start the frame that starts it
   * @param ended runs once, when all processes of the program have ended
   */
  Program(ByteBuf start, ProgramOwner owner, Runnable ended) {
    this.start = start;
    this.owner = owner;
    this.ended = ended;
  }

  /** Writes to standard input. Earlier input must have been sent. */
  void write(byte[] bytes) {
    input = bytes;
    written = 0;
    sendInput();
  }

  /** Ends standard input after the written bytes. */
  void endInput() {
    inputEnds = true;
    sendInput();
  }

  /** Returns whether some written input is still in the gateway. */
  boolean inputPending() {
    return input.length > 0;
  }

  /** Ends the program and its processes: TERM, and KILL after 2 s. */
  void kill() {
    if (killed || finished) {
      return;
    }
    killed = true;
    if (connection != null) {
      var unused = ((DuplexChannel) connection.channel()).shutdownOutput();
    }
    resume();
  }

  boolean killed() {
    return killed;
  }

  /** Delivers events for as long as the owner wants them. */
  void resume() {
    if (delivering) {
      return;
    }
    delivering = true;
    try {
      while (!finished && owner.wantsEvents()) {
        Event event = Frames.next(received);
        if (event != null) {
          deliver(event);
        } else if (disconnected) {
          end();
          owner.lost(failure == null ? new EOFException("grpcos-exec has ended") : failure);
        } else {
          if (connection != null) {
            connection.read();
          }
          return;
        }
      }
    } finally {
      delivering = false;
      discardDelivered();
    }
  }

  /** Frees the memory of delivered events. */
  private void discardDelivered() {
    if (received.isReadable()) {
      received.discardSomeReadBytes();
    } else {
      received.release();
      received = Unpooled.EMPTY_BUFFER;
    }
  }

  private void deliver(Event event) {
    if (event instanceof Event.Exited || event instanceof Event.NotStarted) {
      end();
    }
    owner.event(event);
  }

  private void end() {
    finished = true;
    received.release();
    received = Unpooled.EMPTY_BUFFER;
    if (connection != null) {
      var unused = connection.close();
    }
    ended.run();
  }

  /** Reports that the connection failed. */
  void notConnected(Throwable cause) {
    start.release();
    end();
    if (killed) {
      owner.lost(cause);
    } else {
      owner.event(new Event.NotStarted(String.valueOf(cause.getMessage())));
    }
  }

  // ---- the channel ----

  /** Returns true: every attempt to connect gets this handler, and one attempt succeeds. */
  @Override
  public boolean isSharable() {
    return true;
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    connection = context;
    if (killed) {
      start.release();
      var unused = context.close();
      return;
    }
    var unused = context.write(start);
    sendInput();
    context.flush();
    resume();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    sendInput();
  }

  private void sendInput() {
    ChannelHandlerContext context = connection;
    if (context == null || killed || finished) {
      return;
    }
    boolean all = written == input.length;
    while (written < input.length && context.channel().isWritable()) {
      int size = Math.min(Frames.BLOCK, input.length - written);
      ByteBuf frame = Frames.input(context.alloc(), input, written, size);
      written += size;
      all = written == input.length;
      ChannelFuture sent = context.write(frame);
      if (all) {
        sent.addListener(done -> sent(done.isSuccess()));
      } else {
        context.flush();
      }
    }
    if (all && inputEnds && !endWritten) {
      endWritten = true;
      var unused = context.write(Frames.end(context.alloc()));
    }
    context.flush();
  }

  private void sent(boolean success) {
    input = NONE;
    written = 0;
    if (success && !killed && !finished) {
      owner.inputSent();
    }
    // In any other case the program has ended, which is an event.
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object bytes) {
    if (finished) {
      ((ByteBuf) bytes).release();
      return;
    }
    received = MERGE_CUMULATOR.cumulate(context.alloc(), received, (ByteBuf) bytes);
    resume();
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    disconnected = true;
    resume();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (failure == null) {
      failure = cause;
    }
    var unused = context.close();
  }
}
