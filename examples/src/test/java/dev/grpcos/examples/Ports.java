package dev.grpcos.examples;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** TCP ports of the loopback. */
final class Ports {
  /** The kernel gives ports from 32768 to programs that want any; none can take one of these. */
  private static final int FIRST = 20_000;

  private static final int END = 32_768;

  private Ports() {}

  /** Returns a port that no process listens on. */
  static int free() throws IOException {
    int port;
    do {
      port = ThreadLocalRandom.current().nextInt(FIRST, END);
    } while (!isFree(port));
    return port;
  }

  private static boolean isFree(int port) throws IOException {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.isBound();
    } catch (BindException e) {
      return false; // a server has it
    }
  }
}
