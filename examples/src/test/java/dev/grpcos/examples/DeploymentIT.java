package dev.grpcos.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.LIST;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.grpcos.gateway.config.ConfigFile;
import dev.grpcos.gateway.config.GatewayConfig;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1Pod;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The files of {@code examples/systemd} and {@code examples/kubernetes}. */
final class DeploymentIT {
  private static final Clone CLONE = Clone.built();
  private static final String INSTALLED = "/usr/local/lib/grpcos/bin/grpcos";

  @Test
  void systemdAcceptsTheUnits(@TempDir Path units) throws Exception {
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
                "--man=no",
                units.resolve("grpcos.service").toString(),
                units.resolve("grpcos.socket").toString())
            .redirectErrorStream(true)
            .start();
    String output = new String(verify.getInputStream().readAllBytes(), UTF_8);
    assertThat(verify.waitFor()).as(output).isZero();
    assertThat(output).isEmpty();
  }

  private static List<Object> podYaml() throws IOException {
    String text = Files.readString(CLONE.root().resolve("examples/kubernetes/pod.yaml"));
    Load load = new Load(LoadSettings.builder().build());
    return StreamSupport.stream(load.loadAllFromString(text).spliterator(), false).toList();
  }

  /**
   * Checks an object against the schema of Kubernetes' API. Values that the schema's own check
   * accepts, such as text for a number, differ after they were read.
   */
  private static void requireValid(JsonElement document) {
    String kind = document.getAsJsonObject().get("kind").getAsString();
    Gson gson = new Gson();
    Object read;
    try {
      if (kind.equals("Pod")) {
        V1Pod.validateJsonElement(document);
        read = gson.fromJson(document, V1Pod.class);
      } else {
        assertThat(kind).isEqualTo("ConfigMap");
        V1ConfigMap.validateJsonElement(document);
        read = gson.fromJson(document, V1ConfigMap.class);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("nothing is read from outside", e);
    }
    assertThat(withoutEmpty(gson.toJsonTree(read))).isEqualTo(document);
  }

  /** Returns a document without the empty lists and objects that the API's classes add. */
  private static JsonElement withoutEmpty(JsonElement node) {
    if (node instanceof JsonObject object) {
      JsonObject kept = new JsonObject();
      object.asMap().forEach((name, value) -> kept.add(name, withoutEmpty(value)));
      kept.asMap().values().removeIf(DeploymentIT::isEmpty);
      return kept;
    }
    if (node instanceof JsonArray array) {
      JsonArray kept = new JsonArray();
      array.forEach(item -> kept.add(withoutEmpty(item)));
      return kept;
    }
    return node;
  }

  private static boolean isEmpty(JsonElement value) {
    return (value instanceof JsonObject object && object.isEmpty())
        || (value instanceof JsonArray array && array.isEmpty());
  }

  @Test
  void kubernetesAcceptsThePod() throws Exception {
    for (Object document : podYaml()) {
      requireValid(new Gson().toJsonTree(document));
    }
  }

  /** Shows that the test above can fail. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          "restartPolicy":"Always"     | "restartPolcy":"Always"
          "periodSeconds":10           | "periodSeconds":"often"
          "periodSeconds":10           | "periodSeconds":"10"
          "runAsUser":10001            | "runAsUser":"10001"
          "runAsNonRoot":true          | "runAsNonRoot":"true"
          "name":"tmp","mountPath"     | "name":"tmp","mountpath"
          "medium":"Memory"            | "medium":{}
          "command":["/bin/sh"         | "command":[7
          """)
  void kubernetesRejectsAnInvalidPod(String right, String wrong) throws Exception {
    String pod = new Gson().toJson(podYaml().get(1));
    assertThat(pod).contains(right);
    JsonElement broken = JsonParser.parseString(pod.replace(right, wrong));
    assertThatThrownBy(() -> requireValid(broken)).isNotNull();
  }

  @Test
  void theScriptSharesTheFolderOfItsSocketWithTheGateway(@TempDir Path folder) throws Exception {
    List<Object> documents = podYaml();
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
    assertThat(at(gateway, "env", 0, "value")).isEqualTo(config.socket().toString());
    assertThat(config.socket())
        .startsWithRaw(Path.of((String) at(gateway, "volumeMounts", 0, "mountPath")));
    Path shared = config.sockets().get(0).path();
    assertThat(shared)
        .startsWithRaw(
            Path.of(
                (String) at(gateway, "volumeMounts", 1, "mountPath"),
                (String) at(script, "volumeMounts", 0, "subPath")));
    assertThat(at(script, "env", 0, "value"))
        .isEqualTo(at(script, "volumeMounts", 0, "mountPath") + "/" + shared.getFileName());
    assertThat(at(script, "volumeMounts", 0, "name"))
        .isEqualTo(at(gateway, "volumeMounts", 1, "name"))
        .isNotEqualTo(at(gateway, "volumeMounts", 0, "name"));
    assertThat(at(script, "volumeMounts")).asInstanceOf(LIST).hasSize(1);
    assertThat(at(script, "securityContext", "runAsUser"))
        .isNotEqualTo(at(gateway, "securityContext", "runAsUser"));
    assertThat(config.sockets().get(0).listen().group())
        .isEqualTo(at(spec, "securityContext", "fsGroup").toString());
    assertThat(at(gateway, "startupProbe", "exec", "command"))
        .isEqualTo(at(gateway, "livenessProbe", "exec", "command"))
        .isEqualTo(List.of("/opt/grpcos/bin/grpcos", "health"));
    assertThat((Integer) at(spec, "terminationGracePeriodSeconds"))
        .isGreaterThan((int) config.drain().toSeconds());
  }

  /** Returns the value at these keys and indexes. */
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
