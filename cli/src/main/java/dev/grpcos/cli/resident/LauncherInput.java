package dev.grpcos.cli.resident;

import com.google.protobuf.ByteString;
import dev.grpcos.cli.invocation.SizedInput;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Standard input, or an open file, of the launcher.
 *
 * <p>No data is requested or consumed before the first read. Each later request transfers one
 * block, as much as one read of the launcher returned. As on a terminal, the end of the file is
 * reported once, and the next read requests data again.
 *
 * <p>For one reader; the answers arrive on the event loop.
 */
final class LauncherInput extends InputStream implements SizedInput {
  private final Outbox outbox;
  private final int id;
  private final Runnable onClose;

  private long size;
  private ByteString peeked;
  private byte[] block = new byte[0];
  private int position;
  private int limit;
  private boolean waiting;
  private boolean last; // nothing follows the block, so the next read sends no request
  private boolean closed;
  private @Nullable String failure;

  /**
   * @param peeked the whole input, not consumed yet; empty if it is unknown
   * @param size the size of the input; -1 if unknown, or if an answer will contain it
   * @param onClose called once, if the stream is closed before the command ends
   */
  LauncherInput(Outbox outbox, int id, ByteString peeked, long size, Runnable onClose) {
    this.outbox = outbox;
    this.id = id;
    this.peeked = peeked;
    this.size = size;
    this.onClose = onClose;
  }

  /** Opens the file on the launcher's side; called on the command's thread. */
  synchronized void open(byte[] path) throws IOException {
    outbox.refuseEventLoop();
    waiting = true;
    outbox.open(id, path);
    await();
  }

  /** Creates the file on the launcher's side, for output; called on the command's thread. */
  synchronized void create(byte[] path) throws IOException {
    outbox.refuseEventLoop();
    waiting = true;
    outbox.create(id, path);
    await();
  }

  @Override
  public synchronized long size() {
    return size;
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
      if (!waiting) { // a read that was interrupted has left an answer to use
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
   * Receives the answer to a read; empty at the end of the file.
   *
   * @param isLast whether it is known that nothing follows
   */
  synchronized void data(ByteBuf payload, boolean isLast) {
    answered();
    int count = payload.readableBytes();
    if (count > Protocol.BLOCK) {
      throw new Protocol.Violation("more DATA than was requested");
    }
    if (count > block.length) {
      block = new byte[count];
    }
    payload.readBytes(block, 0, count);
    position = 0;
    limit = count;
    last = isLast;
  }

  synchronized void opened(ByteBuf payload) {
    answered();
    size = payload.readableBytes() < Long.BYTES ? -1 : payload.readLong();
  }

  synchronized void failed(String reason) {
    answered();
    failure = reason;
  }

  /** Ends the stream, because the command has ended or its caller is gone. */
  synchronized void end() {
    closed = true;
    notifyAll();
  }

  private synchronized void answered() {
    if (!waiting) {
      throw new Protocol.Violation("an answer without a request");
    }
    waiting = false;
    notifyAll();
  }
}
