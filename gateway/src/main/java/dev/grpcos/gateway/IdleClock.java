package dev.grpcos.gateway;

import dev.grpcos.gateway.listener.SocketUse;
import java.time.Duration;

/** Measures how long the sockets have had no connection. Used by one thread. */
final class IdleClock {
  private SocketUse last = SocketUse.NONE;
  private long since;

  /**
   * @param now the time in nanoseconds, as from {@link System#nanoTime}
   */
  IdleClock(long now) {
    since = now;
  }

  /**
   * Returns the time without a connection. A connection that opened and closed between two looks
   * counts.
   */
  Duration look(SocketUse use, long now) {
    if (use.open() > 0 || !use.equals(last)) {
      last = use;
      since = now;
    }
    return Duration.ofNanos(now - since);
  }
}
