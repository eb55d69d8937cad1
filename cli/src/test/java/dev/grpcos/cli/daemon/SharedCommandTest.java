package dev.grpcos.cli.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Tests the environment of commands that get a socket. */
final class SharedCommandTest {
  private final Map<String, String> environment =
      new TreeMap<>(
          Map.of(
              "GRPCOS_TARGET", "api.example:443",
              "GRPCOS_CONTEXT", "staging",
              "GRPCOS_SOCKET", "/run/mine.sock",
              "PATH", "/bin"));

  @Test
  void socketReplacesTheTargetOfTheUser() {
    SharedCommand.change(environment, Map.of("GRPCOS_SOCKET", "/run/shared.sock"));
    assertThat(environment).isEqualTo(Map.of("GRPCOS_SOCKET", "/run/shared.sock", "PATH", "/bin"));
  }

  @Test
  void commandWithoutASocketKeepsTheTargetOfTheUser() {
    SharedCommand.change(environment, Map.of("A", "b"));
    assertThat(environment)
        .containsEntry("GRPCOS_TARGET", "api.example:443")
        .containsEntry("GRPCOS_CONTEXT", "staging")
        .containsEntry("A", "b");
  }
}
