package dev.grpcos.gateway;

import dev.grpcos.gateway.RawHttp2.Frame;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** Calls on one connection with headers and bodies that no gRPC library sends. */
public final class RawCalls implements AutoCloseable {
  /**
   * The answer to a call.
   *
   * @param headers those of the response and its trailers
   * @param reset the code of RST_STREAM, or -1
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record RawResponse(Map<String, String> headers, byte[] body, int reset) {
    /** Returns the gRPC status, or -1 if there was none. */
    public int status() {
      return Integer.parseInt(headers.getOrDefault("grpc-status", "-1"));
    }

    public String message() {
      return headers.getOrDefault("grpc-message", "");
    }
  }

  /** The size of a frame that each server accepts. */
  private static final int FRAME = 16 << 10;

  private final RawHttp2 http;
  private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder(false);
  private final Map<Integer, Map<String, String>> headers = new HashMap<>();
  private final Map<Integer, ByteArrayOutputStream> bodies = new HashMap<>();
  private final Map<Integer, RawResponse> answers = new HashMap<>();
  private int nextStream = 1;

  public RawCalls(Path socket) throws IOException {
    http = new RawHttp2(socket).preface();
  }

  /** Returns a message with its length prefix. */
  public static byte[] message(boolean compressed, byte[] content) {
    return ByteBuffer.allocate(5 + content.length)
        .put((byte) (compressed ? 1 : 0))
        .putInt(content.length)
        .put(content)
        .array();
  }

  /** Starts a call with further header fields, name after value; returns its stream. */
  public int start(String method, String... fields) throws IOException {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    Map<String, String> all = new TreeMap<>();
    all.put(":method", "POST");
    all.put(":scheme", "http");
    all.put(":path", "/" + method);
    all.put(":authority", "localhost");
    all.put("content-type", "application/grpc");
    all.put("te", "trailers");
    for (int i = 0; i < fields.length; i += 2) {
      all.put(fields[i], fields[i + 1]);
    }
    all.forEach(
        (name, value) -> {
          if (name.startsWith(":")) {
            RawHttp2.field(block, name, value);
          }
        });
    all.forEach(
        (name, value) -> {
          if (!name.startsWith(":")) {
            RawHttp2.field(block, name, value);
          }
        });
    int stream = nextStream;
    nextStream += 2;
    http.frame(RawHttp2.HEADERS, RawHttp2.END_HEADERS, stream, block.toByteArray());
    return stream;
  }

  /** Acknowledges the server's settings, without which requests have a small window. */
  public void acceptSettings() throws IOException {
    http.next(RawHttp2.SETTINGS);
    http.frame(RawHttp2.SETTINGS, RawHttp2.ACK, 0, new byte[0]);
  }

  /** Lets the server send this many bytes of the response more than by default. */
  public void addWindow(int stream, int bytes) throws IOException {
    byte[] increment = ByteBuffer.allocate(Integer.BYTES).putInt(bytes).array();
    http.frame(RawHttp2.WINDOW_UPDATE, 0, 0, increment);
    http.frame(RawHttp2.WINDOW_UPDATE, 0, stream, increment);
  }

  public void send(int stream, byte[] body) throws IOException {
    int sent = 0;
    for (; body.length - sent > FRAME; sent += FRAME) {
      http.frame(RawHttp2.DATA, 0, stream, Arrays.copyOfRange(body, sent, sent + FRAME));
    }
    http.frame(
        RawHttp2.DATA, RawHttp2.END_STREAM, stream, Arrays.copyOfRange(body, sent, body.length));
  }

  /** Ends a request with trailers, which gRPC does not have and HTTP/2 allows. */
  public void sendWithTrailers(int stream, byte[] body) throws IOException {
    http.frame(RawHttp2.DATA, 0, stream, body);
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    RawHttp2.field(block, "x-trailer", "1");
    http.frame(
        RawHttp2.HEADERS, RawHttp2.END_HEADERS | RawHttp2.END_STREAM, stream, block.toByteArray());
  }

  /** Makes a call and waits for its end. */
  public RawResponse call(String method, byte[] body, String... fields) throws IOException {
    int stream = start(method, fields);
    send(stream, body);
    return await(stream);
  }

  /**
   * Waits for the end of a call.
   *
   * @throws EOFException if the connection ends before
   */
  public RawResponse await(int stream) throws IOException {
    while (!answers.containsKey(stream)) {
      Frame frame = http.next();
      if (frame == null || frame.type() == RawHttp2.GOAWAY) {
        throw new EOFException("the connection ended");
      }
      take(frame);
    }
    return answers.get(stream);
  }

  private void take(Frame frame) throws IOException {
    int stream = frame.stream();
    if (stream == 0) {
      return;
    }
    if (frame.type() == RawHttp2.HEADERS) {
      ByteBuf block = Unpooled.wrappedBuffer(frame.payload());
      try {
        decoder
            .decodeHeaders(stream, block)
            .forEach(
                field ->
                    headers
                        .computeIfAbsent(stream, s -> new TreeMap<>())
                        .put(field.getKey().toString(), field.getValue().toString()));
      } catch (Http2Exception e) {
        throw new IOException(e);
      }
    } else if (frame.type() == RawHttp2.DATA) {
      bodies
          .computeIfAbsent(stream, s -> new ByteArrayOutputStream())
          .write(frame.payload().array());
    }
    boolean ends =
        (frame.type() == RawHttp2.HEADERS || frame.type() == RawHttp2.DATA)
            && (frame.flags() & RawHttp2.END_STREAM) != 0;
    boolean resets = frame.type() == RawHttp2.RST_STREAM;
    if (ends || resets) {
      answers.putIfAbsent(
          stream,
          new RawResponse(
              headers.getOrDefault(stream, Map.of()),
              bodies.getOrDefault(stream, new ByteArrayOutputStream()).toByteArray(),
              resets ? frame.payload().getInt() : -1));
    }
  }

  @Override
  public void close() throws IOException {
    http.close();
  }
}
