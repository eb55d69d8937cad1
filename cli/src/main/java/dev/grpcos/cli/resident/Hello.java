package dev.grpcos.cli.resident;

import com.google.protobuf.ByteString;
import dev.grpcos.cli.invocation.StreamKind;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The launcher's first message: how the launcher was started.
 *
 * @param columns the width of the caller's terminal; 0 if there is none
 * @param workingDirectory an absolute path, whose bytes may not be a valid path here
 * @param arguments the arguments before the first one that is not valid UTF-8
 * @param invalidArgument the position of the first argument that is not valid UTF-8, from 1; 0 if
 *     all are valid
 * @param environment the variables that the launcher sends without a request
 * @param peeked the whole content of standard input, which the launcher has not consumed yet; empty
 *     if the content must be requested
 * @param size the number of bytes of the rest of standard input; -1 if unknown
 */
record Hello(
    StreamKind stdin,
    StreamKind stdout,
    StreamKind stderr,
    int columns,
    String workingDirectory,
    List<String> arguments,
    int invalidArgument,
    Map<String, String> environment,
    ByteString peeked,
    long size) {

  /**
   * Returns the reason why a launcher cannot be served, or null if it can; consumes the versions in
   * the payload.
   *
   * @throws Protocol.Violation if the versions are missing
   */
  static @Nullable String mismatch(ByteBuf payload, String release) {
    if (payload.readableBytes() < 4) {
      throw new Protocol.Violation("a HELLO without a version");
    }
    int version = payload.readInt();
    if (version != Protocol.VERSION) {
      return "it speaks version %d of the protocol, this version %d"
          .formatted(Protocol.VERSION, version);
    }
    String theirs = lenient(bytes(payload));
    return theirs.equals(release)
        ? null
        : "it is grpcos %s, this is %s: restart it".formatted(release, theirs);
  }

  /**
   * Reads the payload after the versions.
   *
   * @throws Protocol.Violation if it is truncated or longer than its lengths state
   */
  static Hello parse(ByteBuf payload) {
    if (payload.readableBytes() < 7) {
      throw new Protocol.Violation("a truncated HELLO");
    }
    StreamKind stdin = kind(payload);
    StreamKind stdout = kind(payload);
    StreamKind stderr = kind(payload);
    int columns = payload.readInt();
    String workingDirectory = lenient(bytes(payload));
    List<String> arguments = new ArrayList<>();
    int invalidArgument = 0;
    int count = count(payload);
    for (int i = 1; i <= count; i++) {
      String argument = strict(bytes(payload));
      if (argument == null && invalidArgument == 0) {
        invalidArgument = i;
      } else if (argument != null && invalidArgument == 0) {
        arguments.add(argument);
      }
    }
    Map<String, String> environment = new HashMap<>();
    for (int i = count(payload); i > 0; i--) {
      String variable = lenient(bytes(payload));
      int sign = variable.indexOf('=');
      if (sign < 0) {
        throw new Protocol.Violation("a variable without a value");
      }
      // the first of two values counts, as for getenv
      environment.putIfAbsent(variable.substring(0, sign), variable.substring(sign + 1));
    }
    ByteString peeked = ByteString.copyFrom(bytes(payload));
    if (peeked.size() > Protocol.MAX_PEEK) {
      throw new Protocol.Violation("a HELLO with too much standard input");
    }
    if (payload.readableBytes() < Long.BYTES) {
      throw new Protocol.Violation("a truncated HELLO");
    }
    long size = payload.readLong();
    if (payload.isReadable()) {
      throw new Protocol.Violation("a HELLO that is longer than its fields");
    }
    return new Hello(
        stdin,
        stdout,
        stderr,
        columns,
        workingDirectory,
        List.copyOf(arguments),
        invalidArgument,
        Map.copyOf(environment),
        peeked,
        size);
  }

  private static StreamKind kind(ByteBuf payload) {
    StreamKind[] kinds = StreamKind.values();
    int ordinal = payload.readUnsignedByte();
    if (ordinal >= kinds.length) {
      throw new Protocol.Violation("a stream of kind " + ordinal);
    }
    return kinds[ordinal];
  }

  /**
   * Returns a number of strings. Each string takes at least four bytes, so a false number costs no
   * memory.
   */
  private static int count(ByteBuf payload) {
    if (payload.readableBytes() < 4) {
      throw new Protocol.Violation("a truncated HELLO");
    }
    long count = payload.readUnsignedInt();
    if (count > payload.readableBytes() / 4) {
      throw new Protocol.Violation("a HELLO with fewer strings than its count");
    }
    return (int) count;
  }

  private static ByteBuffer bytes(ByteBuf payload) {
    if (payload.readableBytes() < 4) {
      throw new Protocol.Violation("a truncated HELLO");
    }
    long length = payload.readUnsignedInt();
    if (length > payload.readableBytes()) {
      throw new Protocol.Violation("a truncated string");
    }
    return payload.readSlice((int) length).nioBuffer();
  }

  private static String lenient(ByteBuffer bytes) {
    return StandardCharsets.UTF_8.decode(bytes).toString();
  }

  private static @Nullable String strict(ByteBuffer bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }
}
