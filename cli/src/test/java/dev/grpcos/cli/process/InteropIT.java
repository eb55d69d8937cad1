package dev.grpcos.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.cli.distribution.Outcome;
import dev.grpcos.cli.inprocess.InteropServers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A call to every kind of target through the packaged command, whose jars and native libraries
 * differ from those of the tests. InteropCasesTest has the cases of the interoperability suite.
 */
final class InteropIT {
  @TempDir static Path temporary;
  private static TestGateway gateway;
  private static InteropServers servers;
  private static Map<String, List<String>> targets;

  @BeforeAll
  static void start() throws Exception {
    gateway = TestGateway.run(temporary.resolve("gateway.sock"));
    servers = new InteropServers(temporary);
    targets = servers.everyTarget();
  }

  @AfterAll
  static void stop() {
    gateway.close();
    servers.close();
  }

  static Stream<Arguments> everyTarget() {
    return InteropServers.KINDS.stream()
        .flatMap(target -> Stream.of(RunMode.values()).map(warmth -> Arguments.of(target, warmth)));
  }

  @ParameterizedTest
  @MethodSource("everyTarget")
  void emptyUnary(String target, RunMode warmth) {
    List<String> arguments =
        new ArrayList<>(List.of("call", "grpc.testing.TestService/EmptyCall", "-d{}"));
    arguments.addAll(targets.get(target));
    assertThat(warmth.on(gateway.grpcos(arguments.toArray(new String[0]))).run())
        .isEqualTo(new Outcome(0, "{}\n", ""));
  }
}
