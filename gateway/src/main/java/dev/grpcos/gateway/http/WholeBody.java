package dev.grpcos.gateway.http;

import io.grpc.Status;
import io.grpc.StatusException;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** A body that is one message. */
final class WholeBody implements RequestBody {
  private final boolean compressed;
  private final int limit;
  private final ByteQueue bytes = new ByteQueue();
  private boolean ended;
  private boolean taken;

  /**
   * Creates an empty body.
   *
   * @param compressed whether the body is gzip
   * @param limit the maximum number of bytes, before and after decompression
   */
  WholeBody(boolean compressed, int limit) {
    this.compressed = compressed;
    this.limit = limit;
  }

  @Override
  public void add(ByteBuf content) throws StatusException {
    if (content.readableBytes() > limit - bytes.size()) {
      throw tooLarge(limit);
    }
    bytes.add(content);
  }

  static StatusException tooLarge(int limit) {
    return Status.RESOURCE_EXHAUSTED
        .withDescription(
            "request body exceeds maximum size %d (limits.message of the gateway)".formatted(limit))
        .asException();
  }

  @Override
  public void end() {
    ended = true;
  }

  @Override
  public @Nullable ReceivedMessage next() {
    if (!ended || taken) {
      return null;
    }
    taken = true;
    return new ReceivedMessage(bytes.take(bytes.size()), compressed, 1, limit);
  }

  @Override
  public int waiting() {
    return bytes.size();
  }

  @Override
  public boolean isStream() {
    return false;
  }
}
