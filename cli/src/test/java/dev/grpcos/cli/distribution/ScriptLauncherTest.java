package dev.grpcos.cli.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests the launcher of a build without a C compiler. */
final class ScriptLauncherTest {
  @TempDir Path temporary;
  private Path launcher;

  @BeforeEach
  void install() throws IOException {
    Path bin = Files.createDirectories(temporary.resolve("bin"));
    launcher = Files.copy(Path.of("src/main/sh/grpcos"), bin.resolve("grpcos"));
    Path jvm = Files.createDirectories(temporary.resolve("lib")).resolve("grpcos-jvm");
    Files.writeString(jvm, "#!/bin/sh\necho \"$1 ${GRPCOS_CONTEXT-none}\"\n");
    assertThat(launcher.toFile().setExecutable(true)).isTrue();
    assertThat(jvm.toFile().setExecutable(true)).isTrue();
    for (String folder : new String[] {"config", ".config"}) {
      Path grpcos = Files.createDirectories(temporary.resolve(folder).resolve("grpcos"));
      Files.writeString(grpcos.resolve("default-context"), "of " + folder + "\n");
    }
  }

  private Command grpcos(String... arguments) {
    return new Command(launcher, arguments).with("HOME", temporary.toString());
  }

  @Test
  void callsHaveTheDefaultContext() {
    assertPrints(grpcos("call", "x"), "call of .config");
    assertPrints(grpcos("__complete"), "__complete of .config");
    assertPrints(
        grpcos("list").with("XDG_CONFIG_HOME", temporary.resolve("config").toString()),
        "list of config");
    assertPrints(grpcos("list").with("XDG_CONFIG_HOME", "config"), "list of .config");
  }

  @Test
  void anyOtherTargetTakesPrecedence() {
    assertPrints(grpcos("call").with("GRPCOS_TARGET", "host:1"), "call none");
    assertPrints(grpcos("call").with("GRPCOS_SOCKET", "/a/b"), "call none");
    assertPrints(grpcos("call").with("GRPCOS_CONTEXT", ""), "call ");
    assertPrints(grpcos("call").with("GRPCOS_CONTEXT", "staging"), "call staging");
  }

  @Test
  void otherCommandsAndMissingFilesHaveNone() {
    assertPrints(grpcos("context", "list"), "context none");
    assertPrints(grpcos("call").with("XDG_CONFIG_HOME", "/nowhere"), "call none");
  }

  private static void assertPrints(Command command, String line) {
    assertThat(command.run()).isEqualTo(new Outcome(0, line + "\n", ""));
  }
}
