package dev.grpcos.gateway.upstream;

import dev.grpcos.gateway.route.ShadowedService;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Logs each shadowed service once. Safe for use by any thread.
 *
 * <p>The logged lines are kept, so that a service that disappears for a while is not logged again.
 * An upstream may list new services at any time, so above a limit only those of the current
 * services are kept.
 */
final class ShadowWarnings {
  /** The number of lines above which those of earlier services are dropped. */
  static final int MOST_KEPT = 1_000;

  private final Consumer<String> log;
  private final Set<String> logged = new HashSet<>();

  /**
   * Creates an object that has logged nothing.
   *
   * @param log logs one line
   */
  ShadowWarnings(Consumer<String> log) {
    this.log = log;
  }

  /** Logs the services that have not been logged. */
  void report(List<ShadowedService> shadowed) {
    List<String> lines = shadowed.stream().map(ShadowedService::message).toList();
    remember(lines).forEach(log);
  }

  /** Returns the lines that are new. */
  private synchronized List<String> remember(List<String> lines) {
    List<String> added = new ArrayList<>();
    for (String line : lines) {
      if (logged.add(line)) {
        added.add(line);
      }
    }
    if (logged.size() > MOST_KEPT) {
      logged.clear();
      logged.addAll(lines);
    }
    return added;
  }

  /** Returns the number of lines that are kept. */
  synchronized int kept() {
    return logged.size();
  }
}
