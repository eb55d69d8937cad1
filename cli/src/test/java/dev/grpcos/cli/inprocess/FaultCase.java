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
  /** The time for a call that is to exceed it, as in the words of the cases. */
  private static final String BRIEF = "1s";

  /** The same, on a machine that is too busy for the responses in that time. */
  private static final String LONG = "20s";

  private Outcome outcome(CallRoute route, InProcessGateway gateway, String deadline) {
    try (FaultServer server = new FaultServer(faults)) {
      List<String> arguments = new ArrayList<>(List.of("call", "-t", server.target()));
      arguments.addAll(List.of("--plaintext", method.substring(1), "-d{}"));
      if (exit == 68) {
        arguments.addAll(List.of("--deadline", deadline));
      }
      Outcome outcome = route.on(gateway.grpcos(arguments.toArray(new String[0]))).run();
      return new Outcome(
          outcome.exit(), outcome.stdout(), outcome.stderr().replace(server.target(), "TARGET"));
    }
  }

  /** Makes the call, and checks its end. */
  void check(CallRoute route, InProcessGateway gateway) {
    Outcome outcome = outcome(route, gateway, BRIEF);
    String expected = words;
    if (exit == 68 && !(outcome.stderr().contains(words) && outcome.stdout().equals(out))) {
      outcome = outcome(route, gateway, LONG);
      expected = words.replace(BRIEF, LONG);
    }
    if (expected.isEmpty()) {
      assertThat(outcome.stderr()).isEmpty();
    } else {
      assertThat(outcome.stderr()).startsWith("grpcos: ").contains(expected);
    }
    assertThat(outcome.stdout()).isEqualTo(out);
    assertThat(outcome.exit()).as("%s", outcome).isEqualTo(exit);
  }
}
