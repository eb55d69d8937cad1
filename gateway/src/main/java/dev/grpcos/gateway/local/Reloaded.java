package dev.grpcos.gateway.local;

import java.util.List;

/**
 * How a reload went.
 *
 * @param problems why nothing has changed, a line each; empty where the configuration has been
 *     taken over
 * @param restart keys whose change needs a restart, as in {@code limits.message}
 */
public record Reloaded(List<String> problems, List<String> restart) {
  public Reloaded {
    problems = List.copyOf(problems);
    restart = List.copyOf(restart);
  }
}
