package dev.grpcos.gateway.exec;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** A service that has joined the gateway. Safe for use by any thread. */
public interface Serving {
  /**
   * Refuses further calls and waits for those in flight.
   *
   * @param most the longest time for the calls; zero ends them at once
   * @return completes when all calls and programs of the service have ended
   */
  CompletableFuture<Void> end(Duration most);
}
