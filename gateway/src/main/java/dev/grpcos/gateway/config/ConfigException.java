package dev.grpcos.gateway.config;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A configuration that can't be, with all that is wrong with it; the message has a line for each.
 */
public final class ConfigException extends Exception {
  private static final long serialVersionUID = 1;

  private final transient List<ConfigProblem> problems;

  ConfigException(List<ConfigProblem> problems) {
    super(problems.stream().map(ConfigProblem::toString).collect(Collectors.joining("\n")));
    this.problems = List.copyOf(problems);
  }

  /** What is wrong, in the order of the file; at least one. */
  public List<ConfigProblem> problems() {
    return problems;
  }
}
