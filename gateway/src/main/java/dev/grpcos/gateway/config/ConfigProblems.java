package dev.grpcos.gateway.config;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.snakeyaml.engine.v2.exceptions.Mark;

/** Collects the problems of one file, to throw them together. Not thread-safe. */
final class ConfigProblems {
  /** The maximum number of collected problems. */
  private static final int MAX_PROBLEMS = 100;

  private final Path file;

  /** The problems in the order of the file. A problem that two checks report is contained once. */
  private final TreeSet<ConfigProblem> problems =
      new TreeSet<>(
          Comparator.comparingInt(ConfigProblem::line)
              .thenComparingInt(ConfigProblem::column)
              .thenComparing(ConfigProblem::text));

  ConfigProblems(Path file) {
    this.file = file;
  }

  /** Adds a problem of the file as a whole. */
  void add(String text) {
    problems.add(new ConfigProblem(file, 0, 0, text));
  }

  void add(Optional<Mark> mark, String text) {
    if (problems.size() < MAX_PROBLEMS) {
      problems.add(at(mark, text));
    }
  }

  /** Returns a problem of this file without adding it. */
  ConfigProblem at(Optional<Mark> mark, String text) {
    return new ConfigProblem(
        file,
        mark.map(Mark::getLine).orElse(-1) + 1,
        mark.map(Mark::getColumn).orElse(-1) + 1,
        text);
  }

  void throwIfAny() throws ConfigException {
    if (!problems.isEmpty()) {
      throw exception();
    }
  }

  /** Returns an exception with all problems; there must be at least one. */
  ConfigException exception() {
    return new ConfigException(List.copyOf(problems));
  }
}
