package dev.grpcos.gateway.exec;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.grpcos.gateway.json.JsonException;
import dev.grpcos.gateway.json.JsonReader;
import dev.grpcos.gateway.json.JsonValue.JsonObject;
import dev.grpcos.gateway.json.RequestReader;
import dev.grpcos.gateway.json.Types;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.protobuf.StatusProto;
import java.io.ByteArrayInputStream;
import org.jspecify.annotations.Nullable;

/**
 * The gRPC status with which a program ends a call.
 *
 * <p>Exit code 0 is OK, 64 + c is status c, any other is UNKNOWN. The last line on standard error
 * is the message, or a {@code google.rpc.Status} as JSON with message and details.
 *
 * @param trailers the metadata that carries the details
 */
record ProgramStatus(Status status, Metadata trailers) {
  private static final int BASE = 64;

  /** The longest line that is read as JSON; a longer one is a message. */
  private static final int MOST_STATUS = 64 * 1024;

  /** The maximum number of characters of a message. */
  private static final int MOST_MESSAGE = 1024;

  /**
   * Returns the status of a program that exited.
   *
   * @param program the program's name in messages
   * @param lastLine the last line on standard error; empty if there is none
   */
  static ProgramStatus of(Event.Exited end, String program, String lastLine, Types types) {
    if (!end.hasExitCode()) {
      return plain(
          Status.UNKNOWN.withDescription(
              "%s was ended by signal %d".formatted(program, end.signal())
                  + withLastLine(lastLine)));
    }
    if (end.code() == 0) {
      return plain(Status.OK);
    }
    Status.Code code =
        end.code() > BASE && end.code() <= BASE + Status.Code.UNAUTHENTICATED.value()
            ? Status.fromCodeValue(end.code() - BASE).getCode()
            : null;
    if (code == null) {
      return plain(
          Status.UNKNOWN.withDescription(
              "%s exited with %d".formatted(program, end.code()) + withLastLine(lastLine)));
    }
    com.google.rpc.Status rich = parse(lastLine, types);
    return rich == null ? plain(code.toStatus().withDescription(cut(lastLine))) : of(code, rich);
  }

  /** Returns a status with this code and these details. */
  static ProgramStatus of(Status.Code code, com.google.rpc.Status rich) {
    StatusException exception =
        StatusProto.toStatusException(rich.toBuilder().setCode(code.value()).build());
    Metadata trailers = exception.getTrailers();
    return new ProgramStatus(exception.getStatus(), trailers == null ? new Metadata() : trailers);
  }

  private static ProgramStatus plain(Status status) {
    return new ProgramStatus(status, new Metadata());
  }

  private static String withLastLine(String lastLine) {
    return lastLine.isEmpty() ? "" : ": " + cut(lastLine);
  }

  private static String cut(String line) {
    return line.length() <= MOST_MESSAGE ? line : line.substring(0, MOST_MESSAGE) + "…";
  }

  private static com.google.rpc.@Nullable Status parse(String line, Types types) {
    if (!line.startsWith("{")) {
      return null;
    }
    try {
      JsonReader reader =
          new JsonReader(
              new ByteArrayInputStream(line.getBytes(UTF_8)), "stderr", MOST_STATUS, false);
      JsonObject object = reader.next();
      return object == null || reader.next() != null ? null : read(object, types);
    } catch (JsonException e) {
      return null; // a message that begins with a brace
    }
  }

  /**
   * Returns the status that this object describes.
   *
   * @throws JsonException if it does not describe one
   */
  static com.google.rpc.Status read(JsonObject object, Types types) {
    try {
      return com.google.rpc.Status.parseFrom(
          new RequestReader(com.google.rpc.Status.getDescriptor(), types)
              .read(object)
              .toByteString());
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("an encoded google.rpc.Status cannot be parsed", e);
    }
  }
}
