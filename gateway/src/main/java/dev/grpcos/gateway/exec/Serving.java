package dev.grpcos.gateway.exec;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** A service that is served for a while. Safe for any thread. */
public interface Serving {
  /**
   * Takes no further calls, and lets those in flight end.
   *
   * @param most how long they may take; zero ends them at once
   * @return done when nothing of the service goes on any more, programs included
   */
  CompletableFuture<Void> end(Duration most);
}
