package dev.grpcos.gateway.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** A connection that speaks HTTP/1.1 byte by byte. */
public final class RawHttp1 implements AutoCloseable {
  private final SocketChannel channel;
  private final DataInputStream in;

  /**
   * A response.
   *
   * @param headers by their names in lower case; the values of one name are joined
   * @param body with one character for each byte
   * @param whole whether the body has its regular end
   */
  public record Response(int status, Map<String, String> headers, String body, boolean whole) {
    byte[] bytes() {
      return body.getBytes(ISO_8859_1);
    }

    boolean closes() {
      return "close".equals(headers.get("connection"));
    }
  }

  public RawHttp1(Path socket) throws IOException {
    this(UnixDomainSocketAddress.of(socket));
  }

  RawHttp1(SocketAddress address) throws IOException {
    channel = SocketChannel.open(address);
    in = new DataInputStream(Channels.newInputStream(channel));
  }

  /** Returns the client's address. */
  SocketAddress local() throws IOException {
    return channel.getLocalAddress();
  }

  /** Returns the bytes of a POST request with this body. */
  static String post(String path, String body, String... headers) {
    return request("POST", path, body, headers);
  }

  static String get(String path, String... headers) {
    return request("GET", path, "", headers);
  }

  /** Returns the bytes of a request with this body. */
  public static String request(String method, String path, String body, String... headers) {
    StringBuilder request =
        new StringBuilder(method + " " + path + " HTTP/1.1\r\nHost: grpcos\r\n");
    for (String header : headers) {
      request.append(header).append("\r\n");
    }
    if (!body.isEmpty()) {
      request.append("Content-Length: ").append(body.length()).append("\r\n");
    }
    return request.append("\r\n").append(body).toString();
  }

  /** Sends characters as bytes. */
  public RawHttp1 send(String bytes) throws IOException {
    return send(bytes.getBytes(ISO_8859_1));
  }

  RawHttp1 send(byte[] bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
    return this;
  }

  /** Ends the output; responses can still be read. */
  RawHttp1 shutdownOutput() throws IOException {
    channel.shutdownOutput();
    return this;
  }

  /** Sends a chunk of a body with chunked transfer coding. */
  RawHttp1 chunk(String bytes) throws IOException {
    return send(Integer.toHexString(bytes.length()) + "\r\n" + bytes + "\r\n");
  }

  /** Reads the next response. */
  public Response response() throws IOException {
    String status = line();
    Map<String, String> headers = headers();
    if (headers.containsKey("content-length")) {
      byte[] body = new byte[Integer.parseInt(headers.get("content-length"))];
      in.readFully(body);
      return response(status, headers, body, true);
    }
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    try {
      if ("chunked".equals(headers.get("transfer-encoding"))) {
        for (byte[] chunk = chunk(); chunk.length > 0; chunk = chunk()) {
          body.write(chunk);
        }
        return response(status, headers, body.toByteArray(), true);
      }
      in.transferTo(body);
      return response(status, headers, body.toByteArray(), true);
    } catch (EOFException e) {
      return response(status, headers, body.toByteArray(), false);
    }
  }

  /** Reads the head of a response. */
  Response head() throws IOException {
    return response(line(), headers(), new byte[0], false);
  }

  /** Reads the body after a head with its length. */
  String body(Response head) throws IOException {
    byte[] body = new byte[Integer.parseInt(head.headers().get("content-length"))];
    in.readFully(body);
    return new String(body, ISO_8859_1);
  }

  /** Reads a part of a body, and drops it. */
  void skip(int count) throws IOException {
    in.skipNBytes(count);
  }

  /** Reads the next chunk of a response; the last one is empty. */
  byte[] chunk() throws IOException {
    byte[] chunk = new byte[Integer.parseInt(line(), 16)];
    in.readFully(chunk);
    line();
    return chunk;
  }

  private static Response response(
      String status, Map<String, String> headers, byte[] body, boolean whole) {
    return new Response(
        Integer.parseInt(status.split(" ", 3)[1]), headers, new String(body, ISO_8859_1), whole);
  }

  private Map<String, String> headers() throws IOException {
    Map<String, String> headers = new TreeMap<>();
    for (String line = line(); !line.isEmpty(); line = line()) {
      int colon = line.indexOf(':');
      headers.merge(
          line.substring(0, colon).toLowerCase(Locale.ROOT),
          line.substring(colon + 1).strip(),
          (a, b) -> a + ", " + b);
    }
    return headers;
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.readUnsignedByte(); c != '\n'; c = in.readUnsignedByte()) {
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }

  /** Returns whether the server closes the connection without further bytes. */
  boolean ends() throws IOException {
    return in.read() < 0;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
