package dev.grpcos.cli.suites;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/** A TCP port on the loopback interface whose connections lead to a Unix socket. */
public final class TcpBridge implements AutoCloseable {
  private static final int BLOCK = 64 << 10;

  private final Path socket;
  private final ServerSocketChannel listener;

  public TcpBridge(Path socket) throws IOException {
    this.socket = socket;
    listener =
        ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    Thread unused = start(this::accept);
  }

  public int port() {
    return listener.socket().getLocalPort();
  }

  private void accept() throws IOException {
    while (true) {
      SocketChannel tcp = listener.accept();
      tcp.setOption(StandardSocketOptions.TCP_NODELAY, true);
      SocketChannel unix = SocketChannel.open(UnixDomainSocketAddress.of(socket));
      Thread unused = start(() -> connect(tcp, unix));
    }
  }

  private static void connect(SocketChannel tcp, SocketChannel unix) throws IOException {
    try (tcp;
        unix) {
      Thread back = start(() -> copy(unix, tcp));
      copy(tcp, unix);
      back.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException("no thread is interrupted here", e);
    }
  }

  private static void copy(SocketChannel from, SocketChannel to) throws IOException {
    ByteBuffer block = ByteBuffer.allocateDirect(BLOCK);
    try {
      while (from.read(block.clear()) >= 0) {
        block.flip();
        while (block.hasRemaining()) {
          int unused = to.write(block);
        }
      }
      to.shutdownOutput();
    } catch (IOException e) {
      from.close();
      to.close();
    }
  }

  /** A task that ends with its connection. */
  private interface BridgeTask {
    void run() throws IOException;
  }

  private static Thread start(BridgeTask task) {
    Thread thread =
        new Thread(
            () -> {
              try {
                task.run();
              } catch (IOException e) {
                // A side has closed the connection, or the test has ended.
                return;
              }
            },
            "bridge");
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}
