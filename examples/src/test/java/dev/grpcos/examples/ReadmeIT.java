package dev.grpcos.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Runs the commands of the project's document, of each example's and of the manual's pages, and
 * compares their output. The ports that they give NATS and HTTP are replaced by free ones.
 */
@Execution(ExecutionMode.CONCURRENT)
final class ReadmeIT {
  /** Commands that run these tests. */
  private static final Set<String> NOT_RUN = Set.of("mvn -B verify");

  private static final String PROJECT = "README.md";

  /** What the other documents require, and the project's own does not. */
  private static final String PATH = "export PATH=$PWD/cli/target/grpcos/bin:$PATH";

  private static final String GATEWAY = "grpcos gateway start";

  /** Documents that start all their gateways, or need none. */
  private static final Set<String> WITHOUT_GATEWAY =
      Set.of(
          PROJECT,
          "examples/events/README.md",
          "examples/exec/README.md",
          "cli/src/main/man/grpcos-exec.7.md",
          "cli/src/main/man/grpcos-gateway.yaml.5.md");

  /** Changes the configuration of its gateway; other documents share one. */
  private static final String RELOADS = "cli/src/main/man/grpcos-http.7.md";

  private static final String NATS_PORT = "4222";

  /** What a command prints if a gateway takes seconds to end, as on a busy machine. */
  private static final String LONG_WAIT = "(?m)^grpcos: waiting until the gateway .*\\n";

  private static final String HTTP_PORT = "8080";

  private static final Clone CLONE = Clone.built();

  @TempDir static Path folder;
  private static Session shared;

  @BeforeAll
  static void startGateway() throws IOException {
    shared = new Session(CLONE, folder).withoutWarmup();
    assertThat(shared.run(List.of(PATH, GATEWAY)).get(1)).endsWith("/grpcos/gateway.sock\n");
  }

  @AfterAll
  static void stopGateway() throws IOException {
    shared.close();
  }

  static List<String> documents() throws IOException {
    return CLONE.documents();
  }

  @ParameterizedTest
  @MethodSource("documents")
  void everyCommandPrintsTheDocumentedOutput(String document, @TempDir Path temporary)
      throws IOException {
    String natsPort = String.valueOf(Ports.free());
    String httpPort = String.valueOf(Ports.free());
    List<Step> steps = new ArrayList<>(Step.in(CLONE.root().resolve(document)));
    steps.replaceAll(step -> step.replace(NATS_PORT, natsPort).replace(HTTP_PORT, httpPort));
    steps.removeIf(step -> NOT_RUN.contains(step.command()));
    assertThat(steps).as("commands of %s", document).isNotEmpty();
    List<String> before = new ArrayList<>(document.equals(PROJECT) ? List.of() : List.of(PATH));
    if (document.equals(RELOADS)) {
      before.add(GATEWAY);
    }
    Stream<String> commands = Stream.concat(before.stream(), steps.stream().map(Step::command));
    requireTools(document);
    try (Session session = new Session(CLONE, temporary)) {
      session.withoutWarmup();
      if (!document.equals(RELOADS) && !WITHOUT_GATEWAY.contains(document)) {
        session.withGatewayOf(shared);
      }
      List<String> outputs = session.run(commands.toList());
      SoftAssertions softly = new SoftAssertions();
      for (int i = 0; i < steps.size(); i++) {
        softly
            .assertThat(outputs.get(before.size() + i).replaceFirst(LONG_WAIT, ""))
            .as("$ %s", steps.get(i).command())
            .matches(steps.get(i).expected());
      }
      softly.assertAll();
    }
  }

  /** The project's document has the exit codes of {@code --help} word for word. */
  @Test
  void exitCodesEqualThoseOfHelp(@TempDir Path temporary) throws IOException {
    String readme = oneLine(Files.readString(CLONE.root().resolve(PROJECT)).replace('|', ' '));
    try (Session session = new Session(CLONE, temporary)) {
      String help = session.run(List.of("cli/target/grpcos/bin/grpcos --help")).get(0);
      String codes =
          help.substring(help.indexOf("Exit codes:\n") + 12, help.indexOf("\nExamples:"));
      assertThat(readme)
          .contains(codes.replaceAll("\\n {3,}", " ").lines().map(ReadmeIT::oneLine).toList());
    }
  }

  private static String oneLine(String text) {
    return text.replaceAll("\\s+", " ").strip();
  }

  private static void requireTools(String document) throws IOException {
    Path folder = CLONE.root().resolve(document).resolveSibling("");
    assumeTrue(
        installed("jq") || !(document.equals(PROJECT) || mentions(folder, "jq -")),
        "jq, which " + document + " needs, is not installed");
    assumeTrue(
        installed("python3") || !mentions(folder, "env python3"),
        "Python, which " + document + " needs, is not installed");
    assumeTrue(
        installed("nats-server") || !mentions(folder, "nats-server -"),
        "nats-server, which " + document + " needs, is not installed");
  }

  private static boolean installed(String program) {
    return Stream.of(System.getenv("PATH").split(File.pathSeparator))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }

  /** Returns whether a script or document of an example contains a text. */
  private static boolean mentions(Path folder, String text) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (Files.readString(file).contains(text)) {
          return true;
        }
      }
    }
    return false;
  }
}
