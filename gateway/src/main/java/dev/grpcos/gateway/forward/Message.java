package dev.grpcos.gateway.forward;

import io.grpc.Drainable;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * One message of a call, whose content is nobody's business here.
 *
 * <p>A large one is borrowed from the connection that it came by, and gone once the callback that
 * brought it returns: it goes to the next connection without a copy of the whole in between. Who
 * keeps it longer calls {@link #own}. A small one is copied at once, which costs less than anything
 * else would.
 */
final class Message {
  static final MethodDescriptor.Marshaller<Message> MARSHALLER = new Bytes();

  /** Up to this size a message is copied at once. */
  private static final int SMALL = 8 << 10;

  /** In how large pieces a borrowed message is passed on. */
  private static final int PIECE = 32 << 10;

  private byte @Nullable [] bytes;
  private @Nullable InputStream borrowed;
  private @Nullable Status refusal;

  private Message(InputStream content) {
    try {
      if (!(content instanceof KnownLength)) {
        // It was compressed: nobody knows its size yet.
        bytes = content.readAllBytes();
      } else if (content.available() <= SMALL) {
        bytes = content.readNBytes(content.available());
      } else {
        borrowed = content;
      }
    } catch (StatusRuntimeException e) {
      // Uncompressed it is over the limit, or no gzip at all.
      refusal = e.getStatus();
    } catch (IOException e) {
      refusal =
          Status.INTERNAL.withDescription("the message can't be decompressed: " + e).withCause(e);
    }
  }

  /** Why this is no message that can be passed on; null where it is one. */
  @Nullable Status refusal() {
    return refusal;
  }

  /** Makes it last beyond the callback that brought it. */
  Message own() {
    if (borrowed != null) {
      try {
        bytes = borrowed.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException("a message in memory", e);
      }
      borrowed = null;
    }
    return this;
  }

  /** Whether it is to stay, and no larger than this. */
  boolean isOwned(int most) {
    return bytes != null && bytes.length <= most;
  }

  /** The content; of a borrowed message once only. */
  private InputStream stream() {
    if (borrowed != null) {
      return new BorrowedStream(borrowed);
    }
    return new OwnedStream(bytes == null ? new byte[0] : bytes);
  }

  private static final class Bytes implements MethodDescriptor.Marshaller<Message> {
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
