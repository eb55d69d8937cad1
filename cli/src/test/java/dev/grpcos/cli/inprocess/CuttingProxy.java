package dev.grpcos.cli.inprocess;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A proxy that simulates a dying server: it ends each connection after a number of bytes in one
 * direction.
 */
final class CuttingProxy implements AutoCloseable {
  private final ServerSocket listener;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final int port;
  private final long requestBytes;
  private final long responseBytes;

  CuttingProxy(int port, long requestBytes, long responseBytes) throws IOException {
    this.port = port;
    this.requestBytes = requestBytes;
    this.responseBytes = responseBytes;
    listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    threads.execute(this::accept);
  }

  String target() {
    return "localhost:" + listener.getLocalPort();
  }

  private void accept() {
    try {
      while (true) {
        Socket client = listener.accept();
        Socket server = new Socket(InetAddress.getLoopbackAddress(), port);
        threads.execute(() -> pass(client, server, requestBytes));
        threads.execute(() -> pass(server, client, responseBytes));
      }
    } catch (IOException e) {
      if (!listener.isClosed()) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static void pass(Socket from, Socket to, long most) {
    byte[] block = new byte[4096];
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      long left = most;
      int count = 0;
      while (left > 0 && count >= 0) {
        out.write(block, 0, count);
        left -= count;
        count = in.read(block, 0, (int) Math.min(block.length, Math.max(1, left)));
      }
    } catch (IOException e) {
      return; // the other direction has ended both
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    threads.shutdownNow();
  }
}
