package dev.grpcos.gateway.exec;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import dev.grpcos.gateway.exec.Launch.RunAs;
import io.grpc.Status;
import io.grpc.StatusException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.CorruptedFrameException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The frames of a connection to {@code grpcos-exec}. The source of that program defines them. */
final class Frames {
  /** The largest payload of any frame but START. */
  static final int BLOCK = 64 * 1024;

  private static final int HEADER = 5;

  /** The largest payload of START. */
  private static final int MOST_START = 1 << 20;

  /** The user and group id that stands for the gateway's own user. */
  private static final int NOBODY = -1;

  private Frames() {}

  /**
   * Encodes START.
   *
   * @throws StatusException if the program cannot be started with these values
   */
  static ByteBuf start(Launch launch) throws StatusException {
    ByteBuf payload = Unpooled.buffer();
    RunAs user = launch.user();
    List<Integer> groups = user == null ? List.of() : user.groups();
    payload.writeInt(user == null ? NOBODY : user.uid());
    payload.writeInt(user == null ? NOBODY : user.gid());
    payload.writeInt(groups.size());
    payload.writeInt(launch.command().size());
    payload.writeInt(launch.environment().size());
    groups.forEach(payload::writeInt);
    string(payload, launch.directory().toString(), launch);
    for (String argument : launch.command()) {
      string(payload, argument, launch);
    }
    for (String variable : launch.environment()) {
      string(payload, variable, launch);
    }
    if (payload.readableBytes() > MOST_START) {
      throw refused(launch, "its arguments and environment exceed 1 MiB");
    }
    return Unpooled.wrappedBuffer(
        Unpooled.buffer(HEADER).writeByte('S').writeInt(payload.readableBytes()), payload);
  }

  private static void string(ByteBuf payload, String text, Launch launch) throws StatusException {
    if (text.indexOf('\0') >= 0) {
      throw refused(launch, "an argument or a variable contains a zero byte");
    }
    payload.writeCharSequence(text, UTF_8);
    payload.writeByte(0);
  }

  private static StatusException refused(Launch launch, String why) {
    return Status.INTERNAL
        .withDescription("%s cannot be started: %s".formatted(launch.command().get(0), why))
        .asException();
  }

  /** Encodes INPUT with a part of these bytes. */
  static ByteBuf input(ByteBufAllocator allocator, byte[] bytes, int from, int length) {
    return allocator
        .ioBuffer(HEADER + length)
        .writeByte('I')
        .writeInt(length)
        .writeBytes(bytes, from, length);
  }

  /** Encodes END. */
  static ByteBuf end(ByteBufAllocator allocator) {
    return allocator.ioBuffer(HEADER).writeByte('E').writeInt(0);
  }

  /** Decodes the next event. Returns null if its frame is incomplete. */
  static @Nullable Event next(ByteBuf received) {
    if (received.readableBytes() < HEADER) {
      return null;
    }
    int start = received.readerIndex();
    int size = received.getInt(start + 1);
    if (size < 0 || size > BLOCK) {
      throw new CorruptedFrameException("grpcos-exec sent a frame of " + size + " bytes");
    }
    if (received.readableBytes() < HEADER + size) {
      return null;
    }
    char type = (char) received.readUnsignedByte();
    received.skipBytes(4);
    return switch (type) {
      case 'P' -> new Event.Started(received.readInt());
      case 'O' -> size == 0 ? new Event.OutputClosed() : new Event.Output(take(received, size));
      case 'R' -> new Event.Errors(take(received, size));
      case 'M' -> new Event.Metadata(take(received, size));
      case 'X' -> new Event.Exited(received.readInt());
      case 'F' -> new Event.NotStarted(take(received, size).toStringUtf8());
      default -> throw new CorruptedFrameException("grpcos-exec sent a frame of type " + type);
    };
  }

  private static ByteString take(ByteBuf received, int size) {
    ByteString bytes = ByteString.copyFrom(received.nioBuffer(received.readerIndex(), size));
    received.skipBytes(size);
    return bytes;
  }
}
