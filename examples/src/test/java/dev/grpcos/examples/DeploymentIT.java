package dev.grpcos.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.grpcos.gateway.config.ConfigFile;
import dev.grpcos.gateway.config.GatewayConfig;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The files of {@code examples/systemd} and {@code examples/kubernetes}. */
final class DeploymentIT {
  private static final Clone CLONE = Clone.built();
  private static final String INSTALLED = "/usr/local/lib/grpcos/bin/grpcos";

  @Test
  void systemdTakesTheUnits(@TempDir Path units) throws Exception {
    assumeTrue(
        Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, "systemd-analyze"))),
        "systemd-analyze is not installed");
    for (String unit : List.of("grpcos.service", "grpcos.socket")) {
      String text = Files.readString(CLONE.root().resolve("examples/systemd").resolve(unit));
      Files.writeString(
          units.resolve(unit), text.replace(INSTALLED, CLONE.bin().resolve("grpcos").toString()));
    }
    Process verify =
        new ProcessBuilder(
                "systemd-analyze",
                "verify",
                units.resolve("grpcos.service").toString(),
                units.resolve("grpcos.socket").toString())
            .redirectErrorStream(true)
            .start();
    String output = new String(verify.getInputStream().readAllBytes(), UTF_8);
    assertThat(verify.waitFor()).as(output).isZero();
    assertThat(output).isEmpty();
  }

  @Test
  void thePodsGatewayIsASidecarThatSharesItsFolderWithTheScript(@TempDir Path folder)
      throws Exception {
    String text = Files.readString(CLONE.root().resolve("examples/kubernetes/pod.yaml"));
    List<Object> documents =
        StreamSupport.stream(
                new Load(LoadSettings.builder().build()).loadAllFromString(text).spliterator(),
                false)
            .toList();
    assertThat(documents).hasSize(2);
    String configuration = (String) at(documents.get(0), "data", "gateway.yaml");
    GatewayConfig config =
        ConfigFile.read(
            Files.writeString(folder.resolve("gateway.yaml"), configuration),
            folder.resolve("other.sock"),
            Map.of());

    Object spec = at(documents.get(1), "spec");
    Object gateway = at(spec, "initContainers", 0);
    Object script = at(spec, "containers", 0);
    assertThat(at(gateway, "restartPolicy")).isEqualTo("Always");
    for (Object container : List.of(gateway, script)) {
      assertThat(at(container, "env", 0))
          .isEqualTo(Map.of("name", "GRPCOS_SOCKET", "value", config.socket().toString()));
      assertThat(config.socket())
          .startsWithRaw(Path.of((String) at(container, "volumeMounts", 0, "mountPath")));
      assertThat(at(container, "volumeMounts", 0, "name")).isEqualTo("run");
    }
    assertThat(at(spec, "volumes", 0, "name")).isEqualTo("run");
    assertThat(at(spec, "volumes", 0, "emptyDir", "medium")).isEqualTo("Memory");
    assertThat(at(gateway, "startupProbe", "exec", "command"))
        .isEqualTo(at(gateway, "livenessProbe", "exec", "command"))
        .isEqualTo(List.of("/opt/grpcos/bin/grpcos", "health"));
    assertThat(config.policy().get(0).users())
        .contains((Integer) at(spec, "securityContext", "runAsUser"));
    assertThat((Integer) at(spec, "terminationGracePeriodSeconds"))
        .isGreaterThan((int) config.drain().toSeconds());
  }

  /** What is at these keys and indexes. */
  private static Object at(Object node, Object... path) {
    Object value = node;
    for (Object step : path) {
      Object next =
          step instanceof Integer index
              ? ((List<?>) value).get(index)
              : ((Map<?, ?>) value).get(step);
      value = Objects.requireNonNull(next, () -> step + " of " + List.of(path));
    }
    return value;
  }
}
