package dev.grpcos.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;

/** Reads configurations, and returns what they contain or their problems. */
abstract class ConfigFileFixture {
  static final Path SOCKET = Path.of("/run/default.sock");
  static final Map<String, String> ENVIRONMENT =
      Map.of("TOKEN", "t", "HOST", "billing.internal", "PATH", "/usr/bin:/bin", "TRICK", "${HOST}");

  @TempDir Path folder;

  private Path write(String text) throws Exception {
    return Files.writeString(folder.resolve("gateway.yaml"), text);
  }

  GatewayConfig read(String text) throws Exception {
    return ConfigFile.read(write(text), SOCKET, ENVIRONMENT);
  }

  /** Returns the problems, without the name of the file. */
  List<String> problems(String text) throws Exception {
    Path file = write(text);
    ConfigException e =
        catchThrowableOfType(
            ConfigException.class, () -> ConfigFile.read(file, SOCKET, ENVIRONMENT));
    assertThat(e).as("problems of %s", text).isNotNull();
    return e.problems().stream()
        .map(problem -> problem.toString().replace(file + ":", "").replace(folder + "", "DIR"))
        .toList();
  }
}
