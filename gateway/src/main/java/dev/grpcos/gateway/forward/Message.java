package dev.grpcos.gateway.forward;

import dev.grpcos.gateway.call.Gzip;
import dev.grpcos.gateway.call.KeptMessage;
import dev.grpcos.gateway.call.MessageBytes;
import io.grpc.Drainable;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor;
import io.grpc.StatusException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One message of a call with opaque content: it is forwarded as it arrived, compressed or not.
 *
 * <p>A large message is borrowed from the connection on which it arrived, and is valid until the
 * callback that delivered it returns. It goes to the next connection without a complete copy.
 * {@link #own} extends its validity. A small message is copied at once, which is cheaper.
 */
final class Message implements KeptMessage {
  static final MethodDescriptor.Marshaller<Message> MARSHALLER = new MessageMarshaller();

  /** The size up to which a message is copied at once. */
  private static final int SMALL = 8 << 10;

  /** The size of the pieces in which a borrowed message is forwarded. */
  private static final int PIECE = 32 << 10;

  private final boolean compressed;
  private byte @Nullable [] bytes;
  private @Nullable InputStream borrowed;

  private Message(InputStream content) {
    // Every stream here knows its length; the stream of a compressed message is not a KnownLength.
    compressed = !(content instanceof KnownLength);
    try {
      if (content.available() <= SMALL) {
        bytes = content.readNBytes(content.available());
      } else {
        borrowed = content;
      }
    } catch (IOException e) {
      throw inMemory(e);
    }
  }

  private Message(byte[] bytes, boolean compressed) {
    this.bytes = bytes;
    this.compressed = compressed;
  }

  /** Returns whether the message is flagged as compressed. Only for messages from a connection. */
  @Override
  public boolean isCompressed() {
    return compressed;
  }

  @Override
  public int size() {
    byte[] own = bytes;
    try {
      return own != null ? own.length : borrowed == null ? 0 : borrowed.available();
    } catch (IOException e) {
      throw inMemory(e);
    }
  }

  @Override
  public byte[] keep() {
    return ownedBytes();
  }

  /** Returns the message with its own bytes, valid after the callback that delivered it. */
  Message own() {
    ownedBytes();
    return this;
  }

  /** Returns the message compressed. */
  Message gzip() {
    return new Message(Gzip.compress(ownedBytes()), true);
  }

  /**
   * Returns the message decompressed.
   *
   * @param charge receives the size of each part of the result
   * @throws StatusException if it is not valid gzip, larger than the limit, or refused by the
   *     charge
   */
  Message gunzip(int limit, LongConsumer charge) throws StatusException {
    return new Message(Gzip.decompress(ownedBytes(), limit, charge), false);
  }

  /** Returns whether the message has its own bytes, up to this size. */
  boolean isOwned(int most) {
    return bytes != null && bytes.length <= most;
  }

  private byte[] ownedBytes() {
    byte[] owned = bytes;
    if (owned == null) {
      try {
        owned = borrowed == null ? new byte[0] : MessageBytes.read(borrowed);
      } catch (IOException e) {
        throw inMemory(e);
      }
      bytes = owned;
      borrowed = null;
    }
    return owned;
  }

  /** Returns the content. For a borrowed message, this is possible only once. */
  private InputStream stream() {
    return borrowed == null ? new OwnedStream(ownedBytes()) : new BorrowedStream(borrowed);
  }

  private static UncheckedIOException inMemory(IOException e) {
    return new UncheckedIOException("a message in memory", e);
  }

  private static final class MessageMarshaller implements MethodDescriptor.Marshaller<Message> {
    @Override
    public InputStream stream(Message message) {
      return message.stream();
    }

    @Override
    public Message parse(InputStream content) {
      return new Message(content);
    }
  }

  private static final class OwnedStream extends ByteArrayInputStream
      implements KnownLength, Drainable {
    OwnedStream(byte[] bytes) {
      super(bytes);
    }

    @Override
    public int drainTo(OutputStream target) throws IOException {
      int length = count - pos;
      target.write(buf, pos, length);
      pos = count;
      return length;
    }
  }

  private static final class BorrowedStream extends InputStream implements KnownLength, Drainable {
    private final InputStream content;

    BorrowedStream(InputStream content) {
      this.content = content;
    }

    @Override
    public int drainTo(OutputStream target) throws IOException {
      byte[] piece = new byte[Math.min(PIECE, content.available())];
      int total = 0;
      for (int read = content.read(piece); read > 0; read = content.read(piece)) {
        target.write(piece, 0, read);
        total += read;
      }
      return total;
    }

    @Override
    public int read() throws IOException {
      return content.read();
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      return content.read(target, offset, length);
    }

    @Override
    public int available() throws IOException {
      return content.available();
    }
  }
}
