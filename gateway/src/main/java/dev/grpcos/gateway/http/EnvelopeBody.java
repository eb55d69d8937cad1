package dev.grpcos.gateway.http;

import io.grpc.Status;
import io.grpc.StatusException;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * A body of messages in the envelopes of the Connect protocol.
 *
 * @see <a href="https://connectrpc.com/docs/protocol#streaming-request">Connect protocol, streaming
 *     requests</a>
 */
final class EnvelopeBody implements RequestBody {
  static final int COMPRESSED = 1;
  static final int END = 2;
  static final int PREFIX_BYTES = 5;

  private final boolean compressed;
  private final int limit;
  private final ByteQueue bytes = new ByteQueue();
  private boolean ended;

  /**
   * Creates an empty body.
   *
   * @param compressed whether messages may be gzip
   * @param limit the maximum number of bytes of a message, before and after decompression
   */
  EnvelopeBody(boolean compressed, int limit) {
    this.compressed = compressed;
    this.limit = limit;
  }

  @Override
  public void add(ByteBuf content) {
    bytes.add(content);
  }

  @Override
  public void end() {
    ended = true;
  }

  @Override
  public @Nullable ReceivedMessage next() throws StatusException {
    if (bytes.size() < PREFIX_BYTES) {
      requireComplete();
      return null;
    }
    int flags = bytes.get(0);
    if ((flags & ~COMPRESSED) != 0) {
      throw invalid("has the flags " + (flags & 0xff) + "; 0 and 1 are possible");
    }
    if (flags == COMPRESSED && !compressed) {
      throw Status.INTERNAL
          .withDescription(
              "a message is compressed, but the request has no Connect-Content-Encoding")
          .asException();
    }
    long length = 0;
    for (int i = 1; i < PREFIX_BYTES; i++) {
      length = length << Byte.SIZE | (bytes.get(i) & 0xff);
    }
    if (length > limit) {
      throw WholeBody.tooLarge(limit);
    }
    if (bytes.size() - PREFIX_BYTES < length) {
      requireComplete();
      return null;
    }
    bytes.take(PREFIX_BYTES);
    return new ReceivedMessage(bytes.take((int) length), flags == COMPRESSED, 1, limit);
  }

  private void requireComplete() throws StatusException {
    if (ended && bytes.size() > 0) {
      throw invalid("is incomplete at the end of the request");
    }
  }

  private static StatusException invalid(String problem) {
    return Status.INVALID_ARGUMENT.withDescription("an envelope " + problem).asException();
  }

  @Override
  public int waiting() {
    return bytes.size();
  }

  @Override
  public boolean isStream() {
    return true;
  }
}
