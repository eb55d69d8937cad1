package dev.grpcos.gateway.exec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.gateway.peer.PeerIdentity;
import io.grpc.Metadata;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class CallTraceTest {
  private static final String PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

  private static final Path SOCKET = Path.of("/run/gateway.sock");

  private static Metadata metadata(String... entries) {
    Metadata metadata = new Metadata();
    for (int i = 0; i < entries.length; i += 2) {
      metadata.put(Metadata.Key.of(entries[i], Metadata.ASCII_STRING_MARSHALLER), entries[i + 1]);
    }
    return metadata;
  }

  @Test
  void traceOfTheCallBecomesVariables() {
    assertThat(
            CallTrace.variables(
                metadata(
                    "traceparent",
                    PARENT,
                    "tracestate",
                    "a=1",
                    "tracestate",
                    "b=2",
                    "baggage",
                    "k=v")))
        .isEqualTo(Map.of("TRACEPARENT", PARENT, "TRACESTATE", "a=1,b=2", "BAGGAGE", "k=v"));
  }

  @Test
  void invalidPartsAreLeftOutAndTheStateWithItsParent() {
    assertThat(CallTrace.variables(metadata("traceparent", "00-0", "tracestate", "a=1"))).isEmpty();
    assertThat(CallTrace.variables(metadata("tracestate", "a=1"))).isEmpty();
    assertThat(
            CallTrace.variables(
                metadata("traceparent", PARENT, "tracestate", "a", "baggage", "a=b c")))
        .isEqualTo(Map.of("TRACEPARENT", PARENT));
    assertThat(CallTrace.variables(metadata("traceparent", PARENT, "traceparent", PARENT)))
        .isEmpty();
  }

  @Test
  void variablesOfTheCallReplaceConfiguredOnes() throws Exception {
    CallVariables variables =
        new CallVariables(
            Map.of("TRACEPARENT", "that of the gateway"), Map.of("BAGGAGE", "configured=1"));
    PeerIdentity peer = new PeerIdentity(0, 0, List.of(), 0);
    assertThat(variables.of("a/b", peer, SOCKET, metadata(), null))
        .contains("BAGGAGE=configured=1")
        .noneMatch(variable -> variable.startsWith("TRACEPARENT="));
    assertThat(
            variables.of(
                "a/b", peer, SOCKET, metadata("baggage", "k=v", "traceparent", PARENT), null))
        .contains("BAGGAGE=k=v", "TRACEPARENT=" + PARENT)
        .doesNotContain("BAGGAGE=configured=1");
  }
}
