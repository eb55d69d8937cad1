package dev.grpcos.gateway.http;

import io.grpc.StatusException;
import io.netty.buffer.ByteBuf;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** A message from the request's target. A body is ignored, as for every GET request. */
final class GivenBody implements RequestBody {
  private final MessageCodec codec;
  private byte @Nullable [] text;

  GivenBody(MessageCodec codec, byte[] text) {
    this.codec = codec;
    this.text = text;
  }

  @Override
  public void add(ByteBuf content) {}

  @Override
  public void end() {}

  @Override
  public byte @Nullable [] next(LongConsumer charge) throws StatusException {
    byte[] given = text;
    text = null;
    return given == null ? null : codec.request(given, 1);
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
