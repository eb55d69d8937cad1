package dev.grpcos.cli.golden;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A case with its working folder made and its words replaced by paths.
 *
 * @param golden what standard input is
 * @param environment all variables that the case is about
 */
record PreparedCase(
    GoldenCase golden, Path directory, List<String> argv, Map<String, String> environment) {
  PreparedCase {
    argv = List.copyOf(argv);
    environment = Map.copyOf(environment);
  }
}
