package dev.grpcos.cli.resident;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * The frames on their way to one launcher, in the order in which a command's threads send them.
 *
 * <p>Frames are collected while the event loop is busy, and sent in one write. A command that
 * writes faster than its caller reads waits here: at most {@link Protocol#WINDOW} bytes are sent
 * but not yet written by the launcher, and about as many are queued here. Frames other than WRITE
 * never wait; each belongs to a thread that waits for the answer, so there are few of them.
 *
 * <p>Safe for use by any thread, but methods that wait must not be called on the event loop.
 */
final class Outbox {
  /** The size from which output is sent without waiting for more. */
  private static final int MUCH = 8 * 1024;

  private final Channel channel;

  private @Nullable ByteBuf pending;
  private int openWrite = -1; // the start of the last pending frame, if it is a WRITE
  private int window = Protocol.WINDOW;
  private boolean due; // the pending frames are sent without waiting for more
  private boolean scheduled;
  private boolean touched;
  private boolean ended; // the last frame is pending
  private boolean closed;

  /** Completes at the next change for which writing threads wait; null if none waits. */
  private @Nullable CompletableFuture<Void> change;

  Outbox(Channel channel) {
    this.channel = channel;
  }

  /**
   * Writes all bytes, after waiting for room; throws "Broken pipe" if the launcher is gone. The
   * bytes are sent with the next frame of another kind, by {@link #flush}, or once they exceed a
   * size. The exit code of a short command is therefore sent together with its output, and wakes
   * the launcher once.
   */
  void write(int id, byte[] bytes, int offset, int count) throws IOException {
    refuseEventLoop();
    int from = offset;
    int end = offset + count;
    while (from < end) {
      CompletableFuture<Void> room = null;
      synchronized (this) {
        refuseClosed();
        if (window == 0 || held() >= Protocol.WINDOW) {
          room = nextChange();
        } else {
          int part = Math.min(end - from, Math.min(window, Protocol.BLOCK));
          window -= part;
          append(id, bytes, from, part);
          due |= window == 0 || held() >= MUCH;
          from += part;
        }
      }
      if (room == null) {
        wakeIfDue();
      } else {
        await(room);
      }
    }
  }

  private synchronized CompletableFuture<Void> nextChange() {
    CompletableFuture<Void> next = change;
    if (next == null) {
      next = new CompletableFuture<>();
      change = next;
    }
    return next;
  }

  /** Wakes the threads that wait for room or the end; each of them looks again. */
  private synchronized void changed() {
    CompletableFuture<Void> current = change;
    change = null;
    if (current != null) {
      current.complete(null);
    }
  }

  private static void await(CompletableFuture<Void> room) throws IOException {
    try {
      room.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    } catch (ExecutionException e) {
      throw new IllegalStateException("a change does not fail", e);
    }
  }

  private synchronized int held() {
    return pending == null ? 0 : pending.readableBytes();
  }

  private synchronized void append(int id, byte[] bytes, int from, int count) {
    touched = true;
    ByteBuf buffer = buffer();
    if (openWrite >= 0 && buffer.getInt(openWrite + Protocol.HEADER) == id) {
      int payload = buffer.getInt(openWrite + 1);
      if (payload - 4 + count <= Protocol.BLOCK) {
        buffer.setInt(openWrite + 1, payload + count).writeBytes(bytes, from, count);
        return;
      }
    }
    openWrite = buffer.writerIndex();
    buffer
        .writeByte(Protocol.WRITE)
        .writeInt(4 + count)
        .writeInt(id)
        .writeBytes(bytes, from, count);
  }

  /** Sends the written bytes. */
  void flush() {
    synchronized (this) {
      due |= pending != null && !closed;
    }
    wakeIfDue();
  }

  void read(int id) throws IOException {
    synchronized (this) {
      refuseClosed();
      touched = true;
      start(Protocol.READ, 8).writeInt(id).writeInt(Protocol.BLOCK);
    }
    wakeIfDue();
  }

  /** Sends TAKE with the next frame or flush, because no thread waits for it. */
  synchronized void take() throws IOException {
    refuseClosed();
    touched = true;
    openWrite = -1;
    buffer().writeByte(Protocol.TAKE).writeInt(0);
  }

  void open(int id, byte[] path) throws IOException {
    synchronized (this) {
      refuseClosed();
      start(Protocol.OPEN, 4 + path.length).writeInt(id).writeBytes(path);
    }
    wakeIfDue();
  }

  void create(int id, byte[] path) throws IOException {
    synchronized (this) {
      refuseClosed();
      start(Protocol.CREATE, 4 + path.length).writeInt(id).writeBytes(path);
    }
    wakeIfDue();
  }

  /** Requires the launcher to report signals from now on, instead of ending at once. */
  void reportSignals() {
    synchronized (this) {
      if (!closed && !ended) {
        start(Protocol.INTERRUPT, 0);
      }
    }
    wakeIfDue();
  }

  void closeFile(int id) {
    synchronized (this) {
      if (!closed && !ended) {
        start(Protocol.CLOSE, 4).writeInt(id);
      }
    }
    wakeIfDue();
  }

  void getenv(byte[] name) throws IOException {
    synchronized (this) {
      refuseClosed();
      start(Protocol.GETENV, name.length).writeBytes(name);
    }
    wakeIfDue();
  }

  /**
   * Ends the conversation; the launcher exits with this code.
   *
   * @param message printed on the launcher's standard error before it exits; may be empty
   */
  void exit(String message, int code) {
    synchronized (this) {
      if (closed || ended) {
        return;
      }
      byte[] bytes = message.getBytes(UTF_8);
      if (bytes.length > 0) {
        append(Protocol.STDERR, bytes, 0, bytes.length);
      }
      start(Protocol.EXIT, 4).writeInt(code);
      ended = true;
      changed();
    }
    wakeIfDue();
  }

  /**
   * Ends the conversation; the launcher starts a process. Returns false if it is too late for that.
   */
  boolean cold(String reason) {
    return instead(Protocol.COLD, reason);
  }

  /**
   * Ends the conversation before it began, because the caller has no rights; the launcher starts a
   * process, if it can.
   */
  void denied(String reason) {
    boolean unused = instead(Protocol.DENIED, reason);
  }

  private boolean instead(byte type, String reason) {
    synchronized (this) {
      if (touched) {
        return false;
      }
      if (!closed && !ended) {
        byte[] bytes = reason.getBytes(UTF_8);
        start(type, bytes.length).writeBytes(bytes);
        ended = true;
      }
    }
    wakeIfDue();
    return true;
  }

  /**
   * Reports to the launcher that no other process may run the command any more; called on the event
   * loop.
   */
  ChannelFuture accept() {
    ByteBuf frame = channel.alloc().buffer(Protocol.HEADER);
    return channel.writeAndFlush(frame.writeByte(Protocol.ACCEPTED).writeInt(0));
  }

  /** Records that the launcher has written this many bytes. */
  synchronized void written(long count) {
    if (count > Protocol.WINDOW - window) {
      throw new Protocol.Violation("WRITTEN for more bytes than were sent");
    }
    window += (int) count;
    changed();
  }

  /** Sends the pending frames, unless the socket is full; called on the event loop. */
  void drain() {
    ByteBuf ready;
    boolean last;
    synchronized (this) {
      scheduled = false;
      due = false;
      last = ended;
      if (pending == null || !channel.isWritable()) {
        return;
      }
      ready = pending;
      pending = null;
      openWrite = -1;
      changed();
    }
    ChannelFuture written = channel.writeAndFlush(ready);
    if (last) {
      written.addListener(ChannelFutureListener.CLOSE);
    }
  }

  /**
   * Closes the outbox because the launcher is gone: waiting threads fail, and no further output is
   * accepted.
   */
  synchronized void close() {
    closed = true;
    if (pending != null) {
      pending.release();
      pending = null;
    }
    changed();
  }

  /**
   * Rejects calls on the event loop, which would wait forever for an answer that only the event
   * loop can receive.
   */
  void refuseEventLoop() {
    if (channel.eventLoop().inEventLoop()) {
      throw new IllegalStateException("a command may not use its streams on an event loop");
    }
  }

  private synchronized ByteBuf start(byte type, int length) {
    openWrite = -1;
    due = true;
    return buffer().writeByte(type).writeInt(length);
  }

  private synchronized ByteBuf buffer() {
    ByteBuf buffer = pending;
    if (buffer == null) {
      buffer = channel.alloc().ioBuffer();
      pending = buffer;
    }
    return buffer;
  }

  /**
   * Wakes the event loop if frames are due. Called without the lock, because the event loop runs at
   * once and would wait for it.
   */
  private void wakeIfDue() {
    synchronized (this) {
      if (!due || scheduled) {
        return;
      }
      scheduled = true;
    }
    channel.eventLoop().execute(this::drain);
  }

  private synchronized void refuseClosed() throws IOException {
    if (closed || ended) {
      throw new IOException("Broken pipe");
    }
  }
}
