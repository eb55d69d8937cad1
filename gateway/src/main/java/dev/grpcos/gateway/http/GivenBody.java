package dev.grpcos.gateway.http;

import dev.grpcos.gateway.call.Gzip;
import io.grpc.StatusException;
import io.netty.buffer.ByteBuf;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** A message from the request's target. A body is ignored, as for every GET request. */
final class GivenBody implements RequestBody {
  private final MessageCodec codec;
  private final boolean compressed;
  private final int limit;
  private byte @Nullable [] bytes;

  /**
   * Creates a body.
   *
   * @param bytes the message as it was sent
   * @param compressed whether it is gzip
   * @param limit the most bytes of the decompressed message
   */
  GivenBody(MessageCodec codec, byte[] bytes, boolean compressed, int limit) {
    this.codec = codec;
    this.bytes = bytes;
    this.compressed = compressed;
    this.limit = limit;
  }

  /** Creates a body without a message, for a request whose fields are all in the target. */
  static GivenBody empty(MessageCodec codec) {
    return new GivenBody(codec, new byte[0], false, 0);
  }

  @Override
  public void add(ByteBuf content) {}

  @Override
  public void end() {}

  @Override
  public byte @Nullable [] next(LongConsumer charge) throws StatusException {
    byte[] given = bytes;
    bytes = null;
    if (given == null) {
      return null;
    }
    return codec.request(
        compressed && given.length > 0 ? Gzip.decompress(given, limit, charge) : given, 1);
  }

  @Override
  public int waiting() {
    return 0;
  }

  @Override
  public boolean isStream() {
    return false;
  }
}
