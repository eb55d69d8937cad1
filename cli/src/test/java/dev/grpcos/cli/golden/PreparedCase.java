package dev.grpcos.cli.golden;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A case whose working folder exists and whose words are replaced by paths.
 *
 * @param golden the case, which defines standard input
 * @param environment the variables of the case
 */
record PreparedCase(
    GoldenCase golden, Path directory, List<String> argv, Map<String, String> environment) {
  PreparedCase {
    argv = List.copyOf(argv);
    environment = Map.copyOf(environment);
  }
}
