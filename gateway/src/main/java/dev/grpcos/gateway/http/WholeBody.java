package dev.grpcos.gateway.http;

import dev.grpcos.gateway.call.Gzip;
import io.grpc.Status;
import io.grpc.StatusException;
import io.netty.buffer.ByteBuf;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** A body that is one message. */
final class WholeBody implements RequestBody {
  private final MessageCodec codec;
  private final boolean compressed;
  private final int limit;
  private final ByteQueue bytes = new ByteQueue();
  private boolean ended;
  private boolean taken;

  /**
   * Creates an empty body.
   *
   * @param compressed whether the body is gzip
   * @param limit the most bytes, before and after decompression
   */
  WholeBody(MessageCodec codec, boolean compressed, int limit) {
    this.codec = codec;
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
  public byte @Nullable [] next(LongConsumer charge) throws StatusException {
    if (!ended || taken) {
      return null;
    }
    taken = true;
    byte[] body = bytes.take(bytes.size());
    return codec.request(
        compressed && body.length > 0 ? Gzip.decompress(body, limit, charge) : body, 1);
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
