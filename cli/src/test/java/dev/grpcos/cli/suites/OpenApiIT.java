package dev.grpcos.cli.suites;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.cli.distribution.Command;
import dev.grpcos.cli.distribution.Outcome;
import dev.grpcos.cli.inprocess.InProcessGateway;
import dev.grpcos.cli.process.ForeignTools;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Third-party tools read the OpenAPI document of a gateway and send what it describes. The
 * gateway's service has bindings of {@code google.api.http}, and returns its requests.
 */
final class OpenApiIT {
  /** The time for generated requests, after those for each constraint of the schemas. */
  private static final String SECONDS = Boolean.getBoolean("grpcos.soak") ? "60" : "3";

  @TempDir static Path folder;
  private static InProcessGateway gateway;
  private static Path document;

  @BeforeAll
  static void start() throws Exception {
    resource("library.proto");
    gateway =
        InProcessGateway.start(
            folder.resolve("g.sock"),
            Files.writeString(
                folder.resolve("gateway.yaml"),
                """
                services:
                  - proto: [library.proto]
                    service: library.v1.Library
                    methods:
                      GetBook: {exec: [/bin/cat]}
                      UpdateBook: {exec: [/bin/cat]}
                      CreateBook: {exec: [/bin/cat]}
                      DeleteBook: {exec: [/bin/cat]}
                      WatchBooks: {exec: [/bin/cat]}
                      AddBooks: {exec: [/bin/sh, -c, "tail -n1 | grep . || echo {}"]}
                      FindBook: {exec: [/bin/cat]}
                """));
    Outcome exported = gateway.grpcos("export", "openapi").run();
    assertThat(exported.stderr()).isEmpty();
    document = Files.writeString(folder.resolve("openapi.json"), exported.stdout());
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  private static void resource(String name) throws Exception {
    try (InputStream in = Objects.requireNonNull(OpenApiIT.class.getResourceAsStream(name), name)) {
      Files.write(folder.resolve(name), in.readAllBytes());
    }
  }

  private static Outcome python(String module, String... arguments) {
    List<String> line = new ArrayList<>(List.of("-m", module));
    line.addAll(List.of(arguments));
    String packages = ForeignTools.folder("GRPCOS_TEST_PYTHON_PATH", "Python packages").toString();
    return new Command(ForeignTools.program("python3"), line)
        .in(folder)
        .with("HOME", folder.toString())
        .with("PYTHONPATH", packages + ":" + folder)
        .with("SCHEMATHESIS_HOOKS", "schemathesis_hooks")
        .run();
  }

  @Test
  void documentIsValid() {
    assertThat(python("openapi_spec_validator", "--schema", "3.1", document.toString()).stdout())
        .isEqualTo(document + ": OK\n");
  }

  @Test
  void generatedRequestsFindNoServerError() throws Exception {
    resource("schemathesis_hooks.py");
    try (TcpBridge bridge = new TcpBridge(gateway.socket())) {
      Outcome outcome =
          python(
              "schemathesis.cli",
              "run",
              document.toString(),
              "--url=http://127.0.0.1:" + bridge.port(),
              "--checks=not_a_server_error",
              "--include-path-regex=^/(library|v1|helloworld)",
              "--phases=coverage,fuzzing",
              "--max-time=" + SECONDS,
              "--request-timeout=60",
              "--generation-deterministic",
              "--warnings=off",
              "--no-color");

      assertThat(outcome.exit()).as("%s", outcome).isZero();
      assertThat(outcome.stdout()).contains("Selected: 17/").contains("No issues found");
    }
  }
}
