package dev.grpcos.gateway.http;

import io.netty.channel.Channel;
import java.util.concurrent.TimeUnit;

/**
 * A connection whose client has shut down its output, or is gone. Probes distinguish the two.
 * Confined to the event loop.
 */
final class EndedInput {
  /** The interval between probes. */
  private static final int PROBE_SECONDS = 1;

  private final Channel connection;
  private final PeerProbe probe;
  private final Runnable check;

  /** Whether a check is scheduled. */
  private boolean scheduled;

  /**
   * Creates an object for a connection whose input has just ended.
   *
   * @param check is run some time after {@link #checkLater}
   */
  EndedInput(Channel connection, Runnable check) {
    this.connection = connection;
    this.check = check;
    probe = new PeerProbe(connection, System.nanoTime());
  }

  /** Returns whether the client cannot receive any more. */
  boolean isGone() {
    return probe.isGone(System.nanoTime());
  }

  /** Schedules the check, unless it is scheduled already. */
  void checkLater() {
    if (!scheduled) {
      scheduled = true;
      var unused = connection.eventLoop().schedule(this::checkNow, PROBE_SECONDS, TimeUnit.SECONDS);
    }
  }

  private void checkNow() {
    scheduled = false;
    check.run();
  }
}
