package dev.grpcos.gateway.upstream;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.grpcos.gateway.RawHttp2;
import dev.grpcos.gateway.RawHttp2.Frame;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A server that answers each call up to some point, and then either says nothing more, or breaks
 * the connection.
 */
final class RawUpstream implements AutoCloseable {
  /** How far an answer gets. */
  enum Point {
    /** The connection is accepted. */
    CONNECTION,
    /** HTTP/2 stands. */
    SETTINGS,
    HEADERS,
    HALF_A_MESSAGE,
    /** All but the trailers. */
    MESSAGE
  }

  /** {@code :status: 200} as the static table of HPACK has it. */
  private static final byte STATUS_200 = (byte) 0x88;

  private final ServerSocketChannel listener;
  private final Point point;
  private final boolean breaks;
  private final Queue<SocketChannel> connections = new ConcurrentLinkedQueue<>();

  /** How many calls have begun. */
  final AtomicInteger calls = new AtomicInteger();

  /** Calls that were taken back. */
  final List<Integer> resets = new CopyOnWriteArrayList<>();

  /** A server on a socket that is bound already. */
  RawUpstream(ServerSocketChannel listener, Point point, boolean breaks) {
    this.listener = listener;
    this.point = point;
    this.breaks = breaks;
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
        if (point != Point.CONNECTION) {
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
    try (RawHttp2 http = new RawHttp2(connection).accept()) {
      for (Frame frame = http.next(); frame != null; frame = http.next()) {
        if (frame.type() == RawHttp2.SETTINGS && frame.flags() == 0) {
          http.frame(RawHttp2.SETTINGS, 1, 0, new byte[0]);
        } else if (frame.type() == RawHttp2.RST_STREAM) {
          resets.add(frame.stream());
        } else if (frame.type() == RawHttp2.HEADERS) {
          calls.incrementAndGet();
          answer(http, frame.stream());
          if (breaks) {
            return;
          }
        }
      }
    } catch (IOException e) {
      // The gateway has gone, or this server has.
    }
  }

  private void answer(RawHttp2 http, int stream) throws IOException {
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
