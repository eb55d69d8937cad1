package dev.grpcos.cli.process;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Finds TCP ports for servers that are started later. The kernel gives none of these to a program
 * that wants any port, so that no other program takes one before its server does.
 */
final class FreePort {
  private static final int FIRST = 20_000;
  private static final int END = 32_768;

  private FreePort() {}

  static int find() throws IOException {
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
