package dev.grpcos.gateway.channel;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;

/** A port of the loopback interface that refuses connections, and that no process can take. */
public final class UnservedPort implements Closeable {
  /** Bound, but it does not listen. */
  private final Socket socket = new Socket();

  public UnservedPort() throws IOException {
    socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
  }

  public int number() {
    return socket.getLocalPort();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
