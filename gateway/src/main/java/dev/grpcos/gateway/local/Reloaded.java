package dev.grpcos.gateway.local;

import java.util.List;

/**
 * The result of a reload.
 *
 * @param problems the reasons for a failure, one line each; empty if the configuration is in effect
 * @param restart keys whose change needs a restart, such as {@code limits.message}
 */
public record Reloaded(List<String> problems, List<String> restart) {
  public Reloaded {
    problems = List.copyOf(problems);
    restart = List.copyOf(restart);
  }
}
