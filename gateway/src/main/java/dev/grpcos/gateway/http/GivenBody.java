package dev.grpcos.gateway.http;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** A message from the request's target. A body is ignored, as for every GET request. */
final class GivenBody implements RequestBody {
  private @Nullable ReceivedMessage message;

  GivenBody(ReceivedMessage message) {
    this.message = message;
  }

  /** Returns a body without a message, for a request whose fields are all in the target. */
  static GivenBody empty() {
    return new GivenBody(new ReceivedMessage(new byte[0], false, 1, 0));
  }

  @Override
  public void add(ByteBuf content) {}

  @Override
  public void end() {}

  @Override
  public @Nullable ReceivedMessage next() {
    ReceivedMessage given = message;
    message = null;
    return given;
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
