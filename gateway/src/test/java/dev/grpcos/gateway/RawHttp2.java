package dev.grpcos.gateway;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP/2 connection without a library, for frames that a correct client does not send.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9113#section-4.1">RFC 9113, frame format</a>
 */
public final class RawHttp2 implements AutoCloseable {
  public static final int DATA = 0;
  public static final int HEADERS = 1;
  public static final int RST_STREAM = 3;
  public static final int SETTINGS = 4;
  public static final int GOAWAY = 7;
  public static final int WINDOW_UPDATE = 8;
  public static final int CONTINUATION = 9;

  public static final int ACK = 1;
  public static final int END_STREAM = 1;
  public static final int END_HEADERS = 4;
  private static final int PREFACE_BYTES = 24;

  private final SocketChannel channel;
  private final DataInputStream in;

  /** The bytes that {@link #flush} sends; null if each frame is sent immediately. */
  private @Nullable ByteArrayOutputStream buffered;

  /** A received frame. */
  public record Frame(int type, int flags, int stream, ByteBuffer payload) {}

  public RawHttp2(Path socket) throws IOException {
    this(SocketChannel.open(UnixDomainSocketAddress.of(socket)));
  }

  /** Creates the server's or the client's end of a connection. */
  public RawHttp2(SocketChannel channel) {
    this.channel = channel;
    in = new DataInputStream(Channels.newInputStream(channel));
  }

  /** Reads a client's preface, and sends empty settings. */
  public RawHttp2 accept() throws IOException {
    in.readFully(new byte[PREFACE_BYTES]);
    frame(SETTINGS, 0, 0, new byte[0]);
    return this;
  }

  /** Sends the preface and empty settings. */
  public RawHttp2 preface() throws IOException {
    send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII));
    frame(SETTINGS, 0, 0, new byte[0]);
    return this;
  }

  /** Keeps what is sent from now on, so that {@link #flush} sends it in one piece. */
  void buffer() {
    buffered = new ByteArrayOutputStream();
  }

  /** Sends what has been kept; what follows is sent immediately. */
  void flush() throws IOException {
    ByteArrayOutputStream kept = buffered;
    buffered = null;
    if (kept != null) {
      send(kept.toByteArray());
    }
  }

  void send(byte[] bytes) throws IOException {
    if (buffered != null) {
      buffered.writeBytes(bytes);
      return;
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
  }

  /** Begins a call, with more header names, whose values are {@code v}. */
  public void headers(int stream, String method, String... more) throws IOException {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    field(block, ":method", "POST");
    field(block, ":scheme", "http");
    field(block, ":path", "/" + method);
    field(block, ":authority", "localhost");
    field(block, "content-type", "application/grpc");
    field(block, "te", "trailers");
    for (String name : more) {
      field(block, name, "v");
    }
    frame(HEADERS, END_HEADERS, stream, block.toByteArray());
  }

  /** Resets a call. */
  public void reset(int stream) throws IOException {
    frame(RST_STREAM, 0, stream, new byte[] {0, 0, 0, 8});
  }

  /** Returns the next frame of this type; null if the connection ends before. */
  public @Nullable Frame next(int type) throws IOException {
    while (true) {
      Frame frame = next();
      if (frame == null || frame.type() == type) {
        return frame;
      }
    }
  }

  /** Returns the next frame; null at the end of the connection. */
  public @Nullable Frame next() throws IOException {
    try {
      int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
      int type = in.readUnsignedByte();
      int flags = in.readUnsignedByte();
      int stream = in.readInt();
      byte[] payload = new byte[length];
      in.readFully(payload);
      return new Frame(type, flags, stream, ByteBuffer.wrap(payload));
    } catch (EOFException e) {
      return null;
    } catch (IOException e) {
      // The peer closed the connection with unread bytes, which the kernel reports as a reset.
      return null;
    }
  }

  /** Sends a frame. */
  public void frame(int type, int flags, int stream, byte[] payload) throws IOException {
    send(
        ByteBuffer.allocate(9 + payload.length)
            .put((byte) (payload.length >> 16))
            .putShort((short) payload.length)
            .put((byte) type)
            .put((byte) flags)
            .putInt(stream)
            .put(payload)
            .array());
  }

  /**
   * Returns a literal field without indexing and without Huffman coding (RFC 7541, section 6.2.2).
   */
  public static void field(ByteArrayOutputStream block, String name, String value) {
    block.write(0);
    block.write(name.length());
    block.writeBytes(name.getBytes(US_ASCII));
    block.write(value.length());
    block.writeBytes(value.getBytes(US_ASCII));
  }

  /** Ends the output; the peer's frames can still be read. */
  public void shutdownOutput() throws IOException {
    channel.shutdownOutput();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
