package dev.grpcos.gateway.channel;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** An HTTP proxy on the loopback interface that connects every request to the same server. */
public final class ConnectProxy implements AutoCloseable {
  private final ServerSocket listener;
  private final int server;
  private final List<String> requests = new CopyOnWriteArrayList<>();

  /**
   * Starts the proxy.
   *
   * @param server the port of the server on the loopback interface
   */
  public ConnectProxy(int server) throws IOException {
    this.server = server;
    listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    start(this::accept);
  }

  public int port() {
    return listener.getLocalPort();
  }

  /** Returns the heads of all requests. */
  public List<String> requests() {
    return requests;
  }

  private interface ProxyStep {
    void run() throws IOException;
  }

  /** Runs the step on a new thread; an exception ends only its connections. */
  private static void start(ProxyStep step) {
    Thread thread =
        new Thread(
            () -> {
              try {
                step.run();
              } catch (IOException e) {
                return; // a side has closed the connection
              }
            },
            "proxy");
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() throws IOException {
    while (!listener.isClosed()) {
      Socket client = listener.accept();
      start(() -> serve(client));
    }
  }

  private void serve(Socket client) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    InputStream in = client.getInputStream();
    while (!head.toString(US_ASCII).endsWith("\r\n\r\n")) {
      int next = in.read();
      if (next < 0) {
        throw new EOFException("the client has gone");
      }
      head.write(next);
    }
    requests.add(head.toString(US_ASCII));
    Socket upstream = new Socket(InetAddress.getLoopbackAddress(), server);
    client.getOutputStream().write("HTTP/1.1 200 Connected\r\n\r\n".getBytes(US_ASCII));
    start(() -> copy(client, upstream));
    copy(upstream, client);
  }

  private static void copy(Socket from, Socket to) throws IOException {
    try (from;
        to) {
      OutputStream out = to.getOutputStream();
      from.getInputStream().transferTo(out);
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}
