package dev.grpcos.gateway.config;

import java.util.List;
import java.util.stream.Collectors;

/** An error for an invalid configuration, with all problems. The message has one line for each. */
public final class ConfigException extends Exception {
  private static final long serialVersionUID = 1;

  private final transient List<ConfigProblem> problems;

  ConfigException(List<ConfigProblem> problems) {
    super(problems.stream().map(ConfigProblem::toString).collect(Collectors.joining("\n")));
    this.problems = List.copyOf(problems);
  }

  /** Returns the problems, in the order of the file; at least one. */
  public List<ConfigProblem> problems() {
    return problems;
  }
}
