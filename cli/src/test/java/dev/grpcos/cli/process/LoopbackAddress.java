package dev.grpcos.cli.process;

import java.util.concurrent.ThreadLocalRandom;

/** Addresses of the loopback interface for servers that cannot choose a free port themselves. */
final class LoopbackAddress {
  private LoopbackAddress() {}

  /** Returns an address that no other program uses, so that all its ports are free. */
  static String unused() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    return "127.%d.%d.%d"
        .formatted(random.nextInt(1, 255), random.nextInt(1, 255), random.nextInt(1, 255));
  }
}
