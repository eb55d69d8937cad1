package dev.grpcos.gateway.call;

import com.google.protobuf.MessageLite;
import io.grpc.MethodDescriptor;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.function.Supplier;

/** The size of a message in memory, without compression. Does not consume the message. */
public final class MessageSize {
  private MessageSize() {}

  /** Returns the number of bytes of a request. */
  public static <T> int ofRequest(MethodDescriptor<T, ?> method, T message) {
    return of(message, () -> method.streamRequest(message));
  }

  /** Returns the number of bytes of a response. */
  public static <T> int ofResponse(MethodDescriptor<?, T> method, T message) {
    return of(message, () -> method.streamResponse(message));
  }

  private static int of(Object message, Supplier<InputStream> stream) {
    if (message instanceof MessageLite known) {
      return known.getSerializedSize();
    }
    try {
      if (message instanceof InputStream bytes) {
        return bytes.available();
      }
      try (InputStream bytes = stream.get()) {
        return bytes.available();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the size of a message in memory", e);
    }
  }
}
