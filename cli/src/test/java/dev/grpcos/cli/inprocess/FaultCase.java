package dev.grpcos.cli.inprocess;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.cli.distribution.Outcome;
import dev.grpcos.cli.inprocess.FaultServer.Fault;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A fault and the expected end of a call.
 *
 * @param words a part of standard error, or empty if nothing may be printed
 */
record FaultCase(
    String name, String method, Map<String, Fault> faults, int exit, String out, String words) {
  private Outcome outcome(CallRoute route, InProcessGateway gateway) {
    try (FaultServer server = new FaultServer(faults)) {
      List<String> arguments = new ArrayList<>(List.of("call", "-t", server.target()));
      arguments.addAll(List.of("--plaintext", method.substring(1), "-d{}"));
      if (exit == 68) {
        // long enough for the responses, even on a busy machine
        arguments.addAll(List.of("--deadline", out.isEmpty() ? "700ms" : "3s"));
      }
      Outcome outcome = route.on(gateway.grpcos(arguments.toArray(new String[0]))).run();
      return new Outcome(
          outcome.exit(), outcome.stdout(), outcome.stderr().replace(server.target(), "TARGET"));
    }
  }

  /** Makes the call, and checks its end. */
  void check(CallRoute route, InProcessGateway gateway) {
    Outcome outcome = outcome(route, gateway);
    if (words.isEmpty()) {
      assertThat(outcome.stderr()).isEmpty();
    } else {
      assertThat(outcome.stderr()).startsWith("grpcos: ").contains(words);
    }
    assertThat(outcome.stdout()).isEqualTo(out);
    assertThat(outcome.exit()).as("%s", outcome).isEqualTo(exit);
  }
}
