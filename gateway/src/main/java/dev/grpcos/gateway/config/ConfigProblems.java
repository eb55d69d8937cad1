package dev.grpcos.gateway.config;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.snakeyaml.engine.v2.exceptions.Mark;

/** Collects what is wrong with one file, to throw it once. Not thread-safe. */
final class ConfigProblems {
  /** More of them help nobody. */
  private static final int MOST = 100;

  private final Path file;

  /** In the order of the file; a problem that two checks see is there once. */
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
    if (problems.size() < MOST) {
      problems.add(at(mark, text));
    }
  }

  /** A problem of this file, which is not added. */
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

  /** All that was added, which is something. */
  ConfigException exception() {
    return new ConfigException(List.copyOf(problems));
  }
}
