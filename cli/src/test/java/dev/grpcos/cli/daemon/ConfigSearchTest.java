package dev.grpcos.cli.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.grpcos.cli.failure.CliException;
import dev.grpcos.cli.failure.ExitCode;
import dev.grpcos.cli.inprocess.MemoryInvocation;
import dev.grpcos.cli.invocation.StreamKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ConfigSearchTest {
  @TempDir Path folder;

  private Optional<Path> search(@Nullable String option, Map<String, String> environment) {
    return ConfigSearch.file(
        option, MemoryInvocation.of(StreamKind.CHARACTER_DEVICE, "", environment, folder));
  }

  private Path configuration(String below) throws IOException {
    Path file = folder.resolve(below).resolve("grpcos/gateway.yaml");
    Files.createDirectories(file.getParent());
    return Files.writeString(file, "");
  }

  @Test
  void optionIsRelativeToTheCallersFolderAndNeedNotExist() {
    assertThat(search("a/../none.yaml", Map.of())).contains(folder.resolve("none.yaml"));
    assertThatThrownBy(() -> search("", Map.of()))
        .isInstanceOf(CliException.class)
        .hasMessageContaining("--config is empty");
  }

  @Test
  void xdgConfigHomePrecedesHome() throws IOException {
    Path home = configuration("home/.config");
    assertThat(search(null, Map.of("HOME", folder.resolve("home").toString()))).contains(home);
    Path xdg = configuration("xdg");
    Map<String, String> both =
        Map.of(
            "HOME", folder.resolve("home").toString(),
            "XDG_CONFIG_HOME", folder.resolve("xdg").toString());
    assertThat(search(null, both)).contains(xdg);
  }

  @Test
  void relativeHomesAreIgnored() throws IOException {
    assumeFalse(Files.exists(Path.of("/etc/grpcos/gateway.yaml")), "this machine has one");
    configuration("home/.config");
    assertThat(search(null, Map.of("HOME", "home", "XDG_CONFIG_HOME", "home/.config"))).isEmpty();
    assertThat(search(null, Map.of())).isEmpty();
  }

  @Test
  void oneProblemIsTheMessageAndSeveralAreListedBelowIt() {
    CliException one = ConfigSearch.failure(List.of("f:1:1: bad"), "the configuration");
    assertThat(one).hasMessage("f:1:1: bad");
    assertThat(one.excerpt()).isEmpty();
    CliException two = ConfigSearch.failure(List.of("f:1:1: bad", "f:2:1: no"), "the file");
    assertThat(two.getMessage()).contains("the file has 2 problems");
    assertThat(two.excerpt()).isEqualTo("f:1:1: bad\nf:2:1: no");
    assertThat(two.exitCode()).isEqualTo(ExitCode.USAGE);
  }
}
