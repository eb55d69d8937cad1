package dev.grpcos.cli.resident;

import com.google.protobuf.ByteString;
import dev.grpcos.cli.invocation.SizedInput;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Standard input, or an open file, of the launcher.
 *
 * <p>No data is requested or consumed before the first read. Each later request transfers one
 * block, as much as one read of the launcher returned. As on a terminal, the end of the file is
 * reported once, and the next read requests data again.
 *
 * <p>For one reader; the answers arrive on the event loop. Any thread may close it.
 */
final class LauncherInput extends InputStream implements SizedInput {
  private static final InputBlock EMPTY = new InputBlock(new byte[0], false);

  private final Outbox outbox;
  private final int id;
  private final Runnable onClose;
  private final LauncherAnswers<InputBlock> answers = new LauncherAnswers<>();
  private final AtomicBoolean closed = new AtomicBoolean();
  private volatile long size;

  // Used by the reader.
  private ByteString peeked;
  private InputBlock block = EMPTY;
  private int position;

  /** The bytes of one read. */
  private static final class InputBlock {
    final byte[] bytes;

    /** Whether nothing follows, so that the next read sends no request. */
    final boolean last;

    InputBlock(byte[] bytes, boolean last) {
      this.bytes = bytes;
      this.last = last;
    }
  }

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
  void open(byte[] path) throws IOException {
    outbox.refuseEventLoop();
    block = answers.await(() -> outbox.open(id, path));
  }

  /** Creates the file on the launcher's side, for output; called on the command's thread. */
  void create(byte[] path) throws IOException {
    outbox.refuseEventLoop();
    block = answers.await(() -> outbox.create(id, path));
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public int read() throws IOException {
    return fill() ? block.bytes[position++] & 0xff : -1;
  }

  @Override
  public int read(byte[] bytes, int offset, int count) throws IOException {
    Objects.checkFromIndexSize(offset, count, bytes.length);
    if (count == 0) {
      return 0;
    }
    if (!fill()) {
      return -1;
    }
    int part = Math.min(count, available());
    System.arraycopy(block.bytes, position, bytes, offset, part);
    position += part;
    return part;
  }

  @Override
  public int available() {
    return block.bytes.length - position;
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      answers.end();
      onClose.run();
    }
  }

  private boolean fill() throws IOException {
    if (closed.get()) {
      throw new IOException("Stream closed");
    }
    if (!peeked.isEmpty()) {
      outbox.take();
      use(new InputBlock(peeked.toByteArray(), true));
      peeked = ByteString.EMPTY;
    } else if (available() == 0 && block.last) {
      use(EMPTY);
      return false;
    } else if (available() == 0) {
      outbox.refuseEventLoop();
      use(answers.await(() -> outbox.read(id)));
    }
    return available() > 0;
  }

  private void use(InputBlock next) {
    block = next;
    position = 0;
  }

  /**
   * Receives the answer to a read; empty at the end of the file.
   *
   * @param isLast whether it is known that nothing follows
   */
  void data(ByteBuf payload, boolean isLast) {
    byte[] bytes = new byte[payload.readableBytes()];
    if (bytes.length > Protocol.BLOCK) {
      throw new Protocol.Violation("more DATA than was requested");
    }
    payload.readBytes(bytes);
    answers.arrived(new InputBlock(bytes, isLast));
  }

  void opened(ByteBuf payload) {
    size = payload.readableBytes() < Long.BYTES ? -1 : payload.readLong();
    answers.arrived(EMPTY);
  }

  void failed(String reason) {
    answers.failed(reason);
  }

  /** Ends the stream, because the command has ended or its caller is gone. */
  void end() {
    closed.set(true);
    answers.end();
  }
}
