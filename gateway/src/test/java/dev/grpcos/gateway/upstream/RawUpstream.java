package dev.grpcos.gateway.upstream;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.grpcos.gateway.RawHttp2;
import dev.grpcos.gateway.RawHttp2.Frame;
import dev.grpcos.gateway.config.GatewayConfig;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A server that answers each call up to a point and then stops or breaks the connection, or a
 * server that gives a specified answer.
 */
final class RawUpstream implements AutoCloseable {
  /** The points up to which a server answers. */
  enum Point {
    /** The connection is accepted. */
    CONNECTION,
    /** The HTTP/2 settings are exchanged. */
    SETTINGS,
    HEADERS,
    HALF_A_MESSAGE,
    /** Everything is sent except the trailers. */
    MESSAGE
  }

  /** An answer to the headers or a DATA frame of a call. */
  interface FrameHandler {
    /**
     * Answers a frame.
     *
     * @param call the number of the call, from 1 across all connections
     * @return whether the connection stays open
     */
    boolean to(RawHttp2 http, Frame frame, int call) throws IOException;
  }

  /** {@code :status: 200} in the static table of HPACK. */
  private static final byte STATUS_200 = (byte) 0x88;

  /** The largest payload of a frame that every peer accepts. */
  private static final int FRAME = 16_384;

  private final ServerSocketChannel listener;
  private final boolean speaks;
  private final FrameHandler answer;
  private final Queue<SocketChannel> connections = new ConcurrentLinkedQueue<>();

  /** The number of calls that have begun. */
  final AtomicInteger calls = new AtomicInteger();

  /** The calls that the client has reset. */
  final List<Integer> resets = new CopyOnWriteArrayList<>();

  /** Binds a Unix socket for a server. */
  static ServerSocketChannel listen(Path socket) throws IOException {
    ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    return listener.bind(UnixDomainSocketAddress.of(socket));
  }

  /**
   * Returns the configuration of a gateway with a server at this socket as the only Greeter. The
   * server needs no reflection, so that it gets only the calls of a test.
   */
  static GatewayConfig gateway(Path folder, Path socket) throws IOException {
    return GatewayConfig.defaults(folder.resolve("g.sock"))
        .withUpstreams(
            List.of(
                TestServer.withServices(
                    TestServer.greeter("raw", "unix:" + socket, folder), "helloworld.Greeter")))
        .withDrain(Duration.ofMillis(100));
  }

  /** Starts a server on a bound socket. */
  RawUpstream(ServerSocketChannel listener, Point point, boolean breaks) {
    this(
        listener,
        point != Point.CONNECTION,
        (http, frame, call) -> {
          if (frame.type() != RawHttp2.HEADERS) {
            return true;
          }
          begin(http, frame.stream(), point);
          return !breaks;
        });
  }

  RawUpstream(ServerSocketChannel listener, FrameHandler answer) {
    this(listener, true, answer);
  }

  private RawUpstream(ServerSocketChannel listener, boolean speaks, FrameHandler answer) {
    this.listener = listener;
    this.speaks = speaks;
    this.answer = answer;
    thread(this::accept);
  }

  private static void thread(Runnable task) {
    Thread thread = new Thread(task);
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() {
    try {
      while (true) {
        SocketChannel connection = listener.accept();
        connections.add(connection);
        if (speaks) {
          thread(() -> serve(connection));
        }
      }
    } catch (IOException e) {
      if (listener.isOpen()) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private void serve(SocketChannel connection) {
    int call = 0;
    try (RawHttp2 http = new RawHttp2(connection).accept()) {
      for (Frame frame = http.next(); frame != null; frame = http.next()) {
        if (frame.type() == RawHttp2.SETTINGS && frame.flags() == 0) {
          http.frame(RawHttp2.SETTINGS, 1, 0, new byte[0]);
        } else if (frame.type() == RawHttp2.RST_STREAM) {
          resets.add(frame.stream());
        } else if (frame.type() == RawHttp2.HEADERS || frame.type() == RawHttp2.DATA) {
          if (frame.type() == RawHttp2.HEADERS) {
            call = calls.incrementAndGet();
          }
          if (!answer.to(http, frame, call)) {
            return;
          }
        }
      }
    } catch (IOException e) {
      // The gateway or this server has closed the connection.
    }
  }

  /** Answers with a greeting and the status OK. */
  static void greet(RawHttp2 http, int stream) throws IOException {
    begin(http, stream, Point.MESSAGE);
    end(http, stream);
  }

  /** Ends an answer with the status OK. */
  static void end(RawHttp2 http, int stream) throws IOException {
    ByteArrayOutputStream trailers = new ByteArrayOutputStream();
    RawHttp2.field(trailers, "grpc-status", "0");
    http.frame(
        RawHttp2.HEADERS,
        RawHttp2.END_HEADERS | RawHttp2.END_STREAM,
        stream,
        trailers.toByteArray());
  }

  /** Sends headers or trailers with this number of fields, 133 bytes each. */
  static void flood(RawHttp2 http, int stream, boolean trailers, int fields) throws IOException {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    if (trailers) {
      RawHttp2.field(block, "grpc-status", "0");
    } else {
      block.write(STATUS_200);
      RawHttp2.field(block, "content-type", "application/grpc");
    }
    for (int i = 0; i < fields; i++) {
      RawHttp2.field(block, "x", "v".repeat(100));
    }
    byte[] all = block.toByteArray();
    int type = RawHttp2.HEADERS;
    for (int from = 0; from < all.length; from += FRAME) {
      int to = Math.min(all.length, from + FRAME);
      int flags =
          (trailers && from == 0 ? RawHttp2.END_STREAM : 0)
              | (to == all.length ? RawHttp2.END_HEADERS : 0);
      http.frame(type, flags, stream, Arrays.copyOfRange(all, from, to));
      type = RawHttp2.CONTINUATION;
    }
  }

  /** Answers up to this point. */
  static void begin(RawHttp2 http, int stream, Point point) throws IOException {
    if (point == Point.SETTINGS) {
      return;
    }
    ByteArrayOutputStream headers = new ByteArrayOutputStream();
    headers.write(STATUS_200);
    RawHttp2.field(headers, "content-type", "application/grpc");
    http.frame(RawHttp2.HEADERS, RawHttp2.END_HEADERS, stream, headers.toByteArray());
    byte[] text = "\n\u0005hello".getBytes(US_ASCII);
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    message.writeBytes(new byte[] {0, 0, 0, 0, (byte) text.length});
    message.writeBytes(text);
    if (point == Point.HALF_A_MESSAGE) {
      http.frame(RawHttp2.DATA, 0, stream, Arrays.copyOf(message.toByteArray(), 8));
    } else if (point == Point.MESSAGE) {
      http.frame(RawHttp2.DATA, 0, stream, message.toByteArray());
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (SocketChannel connection : connections) {
      connection.close();
    }
  }
}
