package dev.grpcos.cli.call;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Metadata;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class TraceVariablesTest {
  private static final String PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

  private final Metadata metadata = new Metadata();
  private final Metadata other = new Metadata();

  private List<String> add(Map<String, String> environment) {
    return new TraceVariables(environment::get).addTo(metadata, other);
  }

  private void give(String key, String value) {
    metadata.put(Metadata.Key.of(key, Metadata.ASCII_STRING_MARSHALLER), value);
  }

  private Map<String, String> sent() {
    Map<String, String> sent = new TreeMap<>();
    for (String key : metadata.keys()) {
      sent.put(
          key,
          String.join(
              " and ", metadata.getAll(Metadata.Key.of(key, Metadata.ASCII_STRING_MARSHALLER))));
    }
    return sent;
  }

  @Test
  void variablesBecomeMetadata() {
    assertThat(add(Map.of("TRACEPARENT", PARENT, "TRACESTATE", "a=1", "BAGGAGE", "k=v"))).isEmpty();
    assertThat(sent())
        .isEqualTo(Map.of("traceparent", PARENT, "tracestate", "a=1", "baggage", "k=v"));
  }

  @Test
  void givenMetadataTakesPrecedence() {
    give("traceparent", "mine");
    give("baggage", "own=1");
    assertThat(add(Map.of("TRACEPARENT", PARENT, "TRACESTATE", "a=1", "BAGGAGE", "k=v"))).isEmpty();
    assertThat(sent()).isEqualTo(Map.of("traceparent", "mine", "baggage", "own=1"));
  }

  @Test
  void givenOtherMetadataTakesPrecedence() {
    other.put(Metadata.Key.of("traceparent", Metadata.ASCII_STRING_MARSHALLER), "mine");
    assertThat(add(Map.of("TRACEPARENT", PARENT, "TRACESTATE", "a=1", "BAGGAGE", "k=v"))).isEmpty();
    assertThat(sent()).isEqualTo(Map.of("baggage", "k=v"));
  }

  @Test
  void givenStateIsSentWithTheParentOfTheEnvironment() {
    give("tracestate", "own=1");
    assertThat(add(Map.of("TRACEPARENT", PARENT, "TRACESTATE", "a=1"))).isEmpty();
    assertThat(sent()).isEqualTo(Map.of("traceparent", PARENT, "tracestate", "own=1"));
  }

  @Test
  void invalidValuesAreNoted() {
    assertThat(add(Map.of("TRACEPARENT", "x", "TRACESTATE", "a=1", "BAGGAGE", "k v")))
        .containsExactly(
            "TRACEPARENT is not sent: it is not a valid traceparent, or too long",
            "BAGGAGE is not sent: it is not a valid baggage, or too long");
    assertThat(sent()).isEmpty();
  }

  @Test
  void emptyVariablesCountAsUnset() {
    assertThat(add(Map.of("TRACEPARENT", "", "BAGGAGE", ""))).isEmpty();
    assertThat(sent()).isEmpty();
  }
}
