package dev.grpcos.cli.inprocess;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * A server without gRPC, which sends one text or nothing, and then closes the connection or keeps
 * it open.
 */
final class RawServer implements AutoCloseable {
  private final ServerSocket listener;
  private final Queue<Socket> open = new ConcurrentLinkedQueue<>();

  RawServer(String text, boolean keepOpen) throws IOException {
    listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread thread =
        new Thread(
            () -> {
              try {
                while (true) {
                  Socket socket = listener.accept();
                  open.add(socket);
                  if (!text.isEmpty()) {
                    socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
                  }
                  if (!keepOpen) {
                    socket.close();
                  }
                }
              } catch (IOException e) {
                if (!listener.isClosed()) {
                  throw new UncheckedIOException(e);
                }
              }
            });
    thread.setDaemon(true);
    thread.start();
  }

  String target() {
    return "localhost:" + listener.getLocalPort();
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (Socket socket : open) {
      socket.close();
    }
  }
}
