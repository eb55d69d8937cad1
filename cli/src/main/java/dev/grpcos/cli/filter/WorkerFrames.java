package dev.grpcos.cli.filter;

import dev.grpcos.gateway.json.JsonText;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * The frames between a command and the process that evaluates its expression: a type, the length of
 * the content in four bytes, and the content.
 */
final class WorkerFrames {
  // command to process
  /** Compile: {@link #RAW} or a blank, the subject of messages, a line feed, and the expression. */
  static final byte COMPILE = 'E';

  /** Strings are results without quotes. */
  static final char RAW = 'r';

  /** A value, as JSON. */
  static final byte VALUE = 'V';

  // process to command
  /** The expression or the value is done. */
  static final byte DONE = 'D';

  /** A result, as JSON. */
  static final byte JSON = 'J';

  /** A result that is a string, without quotes. */
  static final byte STRING = 'S';

  /** An error: the exit code as a character, and the message. */
  static final byte ERROR = 'X';

  private WorkerFrames() {}

  /** A frame that was received. */
  static final class WorkerFrame {
    private final byte type;
    private final byte[] content;

    private WorkerFrame(byte type, byte[] content) {
      this.type = type;
      this.content = content;
    }

    byte type() {
      return type;
    }

    /** Returns the content as JSON. */
    JsonText json() {
      JsonText json = new JsonText();
      json.put(content);
      return json;
    }

    String text() {
      return new String(content, StandardCharsets.UTF_8);
    }
  }

  static void write(DataOutputStream stream, byte type, byte[] content, int length)
      throws IOException {
    stream.writeByte(type);
    stream.writeInt(length);
    stream.write(content, 0, length);
  }

  static void write(DataOutputStream stream, byte type, String text) throws IOException {
    byte[] content = text.getBytes(StandardCharsets.UTF_8);
    write(stream, type, content, content.length);
  }

  /**
   * Reads a frame.
   *
   * @param most the maximum length of its content
   * @throws IOException EOFException at the end of the stream; otherwise, the frame is too long
   */
  static WorkerFrame read(DataInputStream stream, long most) throws IOException {
    byte type = stream.readByte();
    int length = stream.readInt();
    if (length < 0 || length > most) {
      throw new IOException("a frame of type %d and %d bytes".formatted(type, length));
    }
    byte[] content = new byte[length];
    stream.readFully(content);
    return new WorkerFrame(type, content);
  }
}
