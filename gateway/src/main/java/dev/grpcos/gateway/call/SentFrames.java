package dev.grpcos.gateway.call;

import io.grpc.Attributes;
import io.grpc.ServerStreamTracer;
import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Counts the DATA frames that the messages of a connection's calls may have needed. Safe for use by
 * any thread.
 *
 * <p>It counts messages, because a handler in the connection's pipeline sees the buffers of frames,
 * and would have to parse them.
 */
public final class SentFrames {
  private static final AttributeKey<SentFrames> OF_CONNECTION =
      AttributeKey.valueOf("dev.grpcos.gateway.sent-frames");

  private static final Attributes.Key<SentFrames> OF_CALL =
      Attributes.Key.create("dev.grpcos.gateway.sent-frames");

  /** The bytes of a frame for a client with a small window; usually a frame has more. */
  private static final int FRAME_BYTES = 1 << 10;

  private final AtomicLong frames = new AtomicLong();

  private SentFrames() {}

  /** Returns the counter of a connection. */
  public static SentFrames of(Channel connection) {
    SentFrames known = connection.attr(OF_CONNECTION).get();
    if (known != null) {
      return known;
    }
    SentFrames created = new SentFrames();
    SentFrames other = connection.attr(OF_CONNECTION).setIfAbsent(created);
    return other == null ? created : other;
  }

  /** Returns these attributes of a connection, with its counter added. */
  public static Attributes addTo(Attributes attributes, Channel connection) {
    return attributes.toBuilder().set(OF_CALL, of(connection)).build();
  }

  /** Returns the counter of a call's connection, or null for an in-process call. */
  static @Nullable SentFrames of(ServerStreamTracer.ServerCallInfo<?, ?> call) {
    return call.getAttributes().get(OF_CALL);
  }

  /** Adds the frames of a message with this many bytes. */
  void addMessage(long bytes) {
    frames.addAndGet(1 + bytes / FRAME_BYTES);
  }

  /** Returns the number of frames since the last call of this method. */
  public long take() {
    return frames.getAndSet(0);
  }
}
