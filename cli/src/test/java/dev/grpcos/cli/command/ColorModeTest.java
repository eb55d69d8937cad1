package dev.grpcos.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.cli.inprocess.MemoryInvocation;
import dev.grpcos.cli.invocation.StreamKind;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ColorModeTest {
  private static boolean auto(StreamKind stdout, Map<String, String> environment) {
    return ColorMode.AUTO.isOn(invocation(stdout, environment));
  }

  private static MemoryInvocation invocation(StreamKind stdout, Map<String, String> environment) {
    return MemoryInvocation.of(StreamKind.PIPE, "", environment, Path.of("/"))
        .withStdoutKind(stdout);
  }

  @Test
  void onlyTerminalsHaveColours() {
    for (StreamKind kind : StreamKind.values()) {
      assertThat(auto(kind, Map.of())).isEqualTo(kind == StreamKind.TERMINAL);
    }
  }

  @Test
  void environmentVariablesDisableColours() {
    assertThat(auto(StreamKind.TERMINAL, Map.of("NO_COLOR", "1"))).isFalse();
    assertThat(auto(StreamKind.TERMINAL, Map.of("NO_COLOR", ""))).isTrue();
    assertThat(auto(StreamKind.TERMINAL, Map.of("TERM", "dumb"))).isFalse();
    assertThat(auto(StreamKind.TERMINAL, Map.of("TERM", "xterm"))).isTrue();
  }

  @Test
  void optionOverridesTheEnvironment() {
    Map<String, String> none = Map.of("NO_COLOR", "1", "TERM", "dumb");
    assertThat(ColorMode.ALWAYS.isOn(invocation(StreamKind.PIPE, none))).isTrue();
    assertThat(ColorMode.NEVER.isOn(invocation(StreamKind.TERMINAL, Map.of()))).isFalse();
  }
}
