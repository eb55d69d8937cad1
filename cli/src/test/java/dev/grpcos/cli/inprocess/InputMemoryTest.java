package dev.grpcos.cli.inprocess;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.cli.distribution.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests that the resident charges what it reads for commands to {@code limits.memory}. */
final class InputMemoryTest {
  private static final String LARGE = "x".repeat(600_000);

  @TempDir static Path folder;
  private static InProcessGateway gateway;

  @BeforeAll
  static void start() throws Exception {
    Path configuration =
        Files.writeString(folder.resolve("gateway.yaml"), "limits: {memory: 1MiB}\n");
    gateway = InProcessGateway.start(folder.resolve("g.sock"), configuration);
    Files.writeString(folder.resolve("large"), LARGE);
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  private static InProcessCommand command(List<String> arguments) {
    return gateway.grpcos(arguments).in(folder).inResident();
  }

  private static Stream<InProcessCommand> largeInputs() {
    byte[] request = ("{\"name\":\"" + LARGE + "\"}").getBytes(UTF_8);
    byte[] line =
        ("{\"id\":1,\"method\":\"SayHello\",\"request\":{\"name\":\"" + LARGE + "\"}}\n")
            .getBytes(UTF_8);
    return Stream.of(
        command(List.of("call", "SayHello")).stdinPipe(request),
        command(List.of("call", "SayHello", "name=@large")),
        command(List.of("call", "SayHello", "--input", "text")).stdinPipe(request),
        command(List.of("list", "--protoset", "large")),
        command(List.of("session")).stdinPipe(line),
        command(
                List.of(
                    "grpcurl",
                    "-plaintext",
                    "-unix",
                    "-d",
                    "@",
                    gateway.socket().toString(),
                    "helloworld.Greeter/SayHello"))
            .stdinPipe(request));
  }

  @ParameterizedTest
  @MethodSource("largeInputs")
  void inputThatNeedsMoreThanTheMemoryIsRefused(InProcessCommand command) {
    Outcome outcome = command.run();
    assertThat(outcome.exit()).as("%s", outcome).isEqualTo(72);
    assertThat(outcome.stderr()).contains("limits.memory", "GRPCOS_COLD=1");
  }

  @Test
  void sessionOfManyLinesNeedsNoMemory() {
    String line = "{\"id\":%d,\"method\":\"SayHello\",\"request\":{\"name\":\"Ada\"}}\n";
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 10_000; i++) {
      lines.append(line.formatted(i));
    }
    Outcome outcome = command(List.of("session")).stdinPipe(lines.toString().getBytes(UTF_8)).run();
    assertThat(outcome.exit()).as("%s", outcome.stderr()).isZero();
  }
}
