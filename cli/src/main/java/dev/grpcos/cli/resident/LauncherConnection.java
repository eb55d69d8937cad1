package dev.grpcos.cli.resident;

import dev.grpcos.gateway.listener.AcceptedConnections;
import dev.grpcos.gateway.policy.SocketCaller;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.util.concurrent.ScheduledFuture;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The connection of one launcher: reads its HELLO, starts its command, and passes on its answers.
 *
 * <p>All methods run on the connection's event loop and never block. The connection is closed if
 * the launcher does not send HELLO in time or violates the protocol; other connections are not
 * affected.
 */
final class LauncherConnection extends ByteToMessageDecoder {
  private static final Logger LOG = System.getLogger(LauncherConnection.class.getName());

  private enum State {
    GREETING,
    RUNNING,
    /**
     * No more input is accepted from the launcher; the last frame to it may still be in transit.
     */
    ENDED
  }

  private final Resident resident;
  private final Channel channel;
  private final SocketCaller caller;
  private final Outbox outbox;
  private State state = State.GREETING;
  private boolean entered;
  private boolean holdsLargeHello;
  private @Nullable ScheduledFuture<?> greetingLimit;
  private @Nullable LauncherInvocation invocation;

  LauncherConnection(Resident resident, Channel channel) {
    this.resident = resident;
    this.channel = channel;
    this.caller = SocketCaller.known(channel);
    this.outbox = new Outbox(channel);
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    entered = resident.enter(this, caller);
    if (entered) {
      greetingLimit =
          channel
              .eventLoop()
              .schedule(this::close, Resident.GREETING_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    } else {
      close(); // not accepted yet, so the launcher starts a process
    }
    context.fireChannelActive();
  }

  @Override
  protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
    if (state == State.ENDED) {
      in.skipBytes(in.readableBytes());
      return;
    }
    if (in.readableBytes() < Protocol.HEADER) {
      return;
    }
    byte type = in.getByte(in.readerIndex());
    long length = in.getUnsignedInt(in.readerIndex() + 1);
    boolean hello = type == Protocol.HELLO;
    if (hello != (state == State.GREETING)
        || length > (hello ? Protocol.MAX_HELLO : Protocol.MAX_PAYLOAD)) {
      throw new Protocol.Violation("a frame of type %d and %d bytes".formatted(type, length));
    }
    if (length > Resident.LARGE_HELLO && hello && !holdsLargeHello) {
      holdsLargeHello = !AcceptedConnections.isStranger(channel) && resident.takeLargeHello();
      if (!holdsLargeHello) {
        goCold("too many long argument lists at once");
        return;
      }
    }
    if (in.readableBytes() - Protocol.HEADER < length) {
      return;
    }
    in.skipBytes(Protocol.HEADER);
    ByteBuf payload = in.readSlice((int) length);
    LauncherInvocation running = invocation;
    if (running == null) {
      greet(payload);
    } else {
      running.answer(type, payload);
    }
  }

  private void greet(ByteBuf payload) {
    String mismatch = Hello.mismatch(payload, resident.release());
    if (mismatch != null) {
      goCold(mismatch);
      return;
    }
    if (AcceptedConnections.isStranger(channel)) {
      deny();
      return;
    }
    Hello hello = Hello.parse(payload);
    LauncherInvocation next;
    try {
      next =
          new LauncherInvocation(
              hello,
              Path.of(hello.workingDirectory()),
              caller.peer().uid(),
              caller.socket().path(),
              resident.connections(caller),
              resident.filters(caller),
              outbox);
    } catch (InvalidPathException e) {
      // This process's locale cannot encode the name; a process of the caller's own may be able to.
      goCold("the name of the working folder is not valid here");
      return;
    }
    if (!resident.takePermit(caller)) {
      goCold("as many commands as it may run are running");
      return;
    }
    state = State.RUNNING;
    invocation = next;
    cancelGreetingLimit();
    outbox.accept().addListener((ChannelFuture sent) -> begin(sent, hello, next));
  }

  /**
   * Starts the command. If the launcher gave up before it was accepted, it runs the command itself,
   * so nothing is started here.
   */
  private void begin(ChannelFuture accepted, Hello hello, LauncherInvocation next) {
    if (!accepted.isSuccess()) {
      resident.returnPermit(next.uid());
      close();
    } else if (hello.invalidArgument() > 0) {
      resident.returnPermit(next.uid());
      outbox.exit("grpcos: argument %d is not valid UTF-8\n".formatted(hello.invalidArgument()), 2);
    } else {
      resident.run(hello.arguments(), next, outbox);
    }
  }

  /** Refuses a user without rights, before its command is read. */
  private void deny() {
    state = State.ENDED;
    cancelGreetingLimit();
    String uid = Integer.toUnsignedString(caller.peer().uid());
    outbox.denied(
        "no rule permits uid %s to call anything; ask the owner of the gateway".formatted(uid));
  }

  private void goCold(String reason) {
    state = State.ENDED;
    cancelGreetingLimit();
    outbox.cold(reason);
  }

  private void cancelGreetingLimit() {
    if (greetingLimit != null) {
      greetingLimit.cancel(false);
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    outbox.drain();
    context.fireChannelWritabilityChanged();
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) throws Exception {
    end();
    if (entered) {
      entered = false;
      resident.leave(this, caller);
    }
    if (holdsLargeHello) {
      holdsLargeHello = false;
      resident.returnLargeHello();
    }
    super.channelInactive(context);
  }

  private void end() {
    state = State.ENDED;
    cancelGreetingLimit();
    outbox.close();
    if (invocation != null) {
      invocation.cancel();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    LOG.log(Level.DEBUG, "a launcher's connection was closed", cause);
    close();
  }

  /** Closes the connection as if the launcher had gone; may be called by any thread. */
  void close() {
    ChannelFuture unused = channel.close();
  }
}
