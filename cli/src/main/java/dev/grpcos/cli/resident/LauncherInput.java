package dev.grpcos.cli.resident;

import com.google.protobuf.ByteString;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Standard input, or an open file, of the launcher.
 *
 * <p>Nothing is asked for, or taken of what is known already, before the first read; then one block
 * at a time, as much as one read of the launcher gave. As on a terminal, an end of file is told
 * once and the next read asks again.
 *
 * <p>For one reader; the answers come on the event loop.
 */
final class LauncherInput extends InputStream {
  private final Outbox outbox;
  private final int id;
  private final Runnable onClose;

  private ByteString peeked;
  private byte[] block = new byte[0];
  private int position;
  private int limit;
  private boolean waiting;
  private boolean last; // the block is all there is: the next read need not ask
  private boolean closed;
  private @Nullable String failure;

  /**
   * @param peeked all that there is to read, but not taken yet; or empty, where it is not known
   * @param onClose called once, if the stream is closed before the command ends
   */
  LauncherInput(Outbox outbox, int id, ByteString peeked, Runnable onClose) {
    this.outbox = outbox;
    this.id = id;
    this.peeked = peeked;
    this.onClose = onClose;
  }

  /** Opens the file on the launcher's side; on the command's thread. */
  synchronized void open(byte[] path) throws IOException {
    outbox.refuseEventLoop();
    waiting = true;
    outbox.open(id, path);
    await();
  }

  @Override
  public synchronized int read() throws IOException {
    return fill() ? block[position++] & 0xff : -1;
  }

  @Override
  public synchronized int read(byte[] bytes, int offset, int count) throws IOException {
    Objects.checkFromIndexSize(offset, count, bytes.length);
    if (count == 0) {
      return 0;
    }
    if (!fill()) {
      return -1;
    }
    int part = Math.min(count, limit - position);
    System.arraycopy(block, position, bytes, offset, part);
    position += part;
    return part;
  }

  @Override
  public synchronized int available() {
    return limit - position;
  }

  @Override
  public void close() throws IOException {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      notifyAll();
    }
    onClose.run();
  }

  private synchronized boolean fill() throws IOException {
    if (closed) {
      throw new IOException("Stream closed");
    }
    if (!peeked.isEmpty()) {
      outbox.take();
      block = peeked.toByteArray();
      limit = block.length;
      last = true;
      peeked = ByteString.EMPTY;
    }
    if (position == limit && last) {
      last = false;
      return false;
    }
    if (position == limit) {
      outbox.refuseEventLoop();
      if (!waiting) { // the answer of a read that was interrupted is as good
        waiting = true;
        outbox.read(id);
      }
      await();
    }
    return position < limit;
  }

  private synchronized void await() throws IOException {
    while (waiting && !closed) {
      try {
        wait();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted");
      }
    }
    if (closed) {
      throw new IOException("Stream closed");
    }
    if (failure != null) {
      String reason = failure;
      failure = null;
      throw new IOException(reason);
    }
  }

  /**
   * The answer to a read; empty at the end of file.
   *
   * @param isLast whether it is known that nothing follows
   */
  synchronized void data(ByteBuf payload, boolean isLast) {
    answered();
    int count = payload.readableBytes();
    if (count > Protocol.BLOCK) {
      throw new Protocol.Violation("more DATA than was asked for");
    }
    if (count > block.length) {
      block = new byte[count];
    }
    payload.readBytes(block, 0, count);
    position = 0;
    limit = count;
    last = isLast;
  }

  synchronized void opened() {
    answered();
  }

  synchronized void failed(String reason) {
    answered();
    failure = reason;
  }

  /** The command has ended, or its caller is gone. */
  synchronized void end() {
    closed = true;
    notifyAll();
  }

  private synchronized void answered() {
    if (!waiting) {
      throw new Protocol.Violation("an answer to no question");
    }
    waiting = false;
    notifyAll();
  }
}
