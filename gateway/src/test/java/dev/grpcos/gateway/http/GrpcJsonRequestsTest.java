package dev.grpcos.gateway.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.gateway.call.EncodedRequest;
import dev.grpcos.gateway.call.Gzip;
import io.grpc.Metadata;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests on which threads requests are converted, and what waits for them. */
final class GrpcJsonRequestsTest extends GrpcJsonCallFixture {
  @Test
  void otherCallsOfTheLoopDoNotWaitForALargeRequest() {
    TestCall large = call();
    large.receive(LARGE);
    assertThat(large.handled).isEmpty();

    TestCall other = call();
    other.receive("a");
    other.respond("b");
    assertThat(other.handled).containsExactly("a");
    assertThat(other.sent).containsExactly("b");

    work();
    assertThat(large.handled).containsExactly("large");
  }

  @Test
  void halfCloseWaitsForTheLargeRequest() {
    TestCall call = call();
    call.receive(LARGE);
    call.halfClose();
    assertThat(call.handled).isEmpty();

    work();
    assertThat(call.handled).containsExactly("large", "half-close");
  }

  @Test
  void nextRequestArrivesAfterTheConversion() {
    TestCall call = call();
    call.handler().request(2);
    call.handler().request(1);
    assertThat(call.requested).isEqualTo(1);
    call.receive(LARGE);
    call.handler().request(1);
    assertThat(call.requested).isEqualTo(1);

    work();
    assertThat(call.requested).isEqualTo(2);
    call.receive("a");
    call.receive("b");
    assertThat(call.requested).isEqualTo(4);
    call.receive("c");
    assertThat(call.requested).as("no more than the handler wants").isEqualTo(4);
    assertThat(call.handled).containsExactly("large", "a", "b", "c");

    call.handler().request(1);
    assertThat(call.requested).isEqualTo(5);
  }

  /** The transport passes on what has arrived as soon as it is asked for. */
  @Test
  void halfCloseWaitsForALargeRequestThatFollowsAnother() {
    TestCall call = call();
    call.handler().request(2);
    call.receive(LARGE);
    call.whenRequested =
        () -> {
          call.receive(LARGE);
          call.halfClose();
        };
    work();
    assertThat(call.handled).containsExactly("large");

    work();
    assertThat(call.handled).containsExactly("large", "large", "half-close");
  }

  @Test
  void connectionConvertsOneLargeMessageAtATime() {
    List<TestCall> calls = List.of(call(), call(), call());
    calls.forEach(call -> call.receive(LARGE));
    assertThat(work).hasSize(1);

    work();
    assertThat(work).hasSize(1);
    assertThat(calls.get(0).handled).containsExactly("large");
    assertThat(calls.get(1).handled).isEmpty();
    work();
    work();
    assertThat(calls.get(2).handled).containsExactly("large");
    assertThat(work).isEmpty();
  }

  /** A few bytes of some encodings contain a large message. */
  @Test
  void compressedRequestsAreConvertedOnAnotherThreadIfTheyMayBeLarge() {
    String padded = " ".repeat(LIMIT) + "{\"name\":\"a\"}";
    TestCall gzip = compressed("gzip", Gzip.compress(padded.getBytes(UTF_8)));
    assertThat(gzip.handled).isEmpty();
    TestCall zstd = compressed("zstd", new byte[10]);
    assertThat(zstd.sent).isEmpty();
    TestCall small = compressed("gzip", Gzip.compress("{\"name\":\"b\"}".getBytes(UTF_8)));
    assertThat(small.handled).containsExactly("b");

    work();
    assertThat(gzip.handled).containsExactly("a");
    work();
    assertThat(zstd.sent).containsExactly("INTERNAL");
  }

  private TestCall compressed(String encoding, byte[] message) {
    Metadata headers = new Metadata();
    headers.put(Metadata.Key.of("grpc-encoding", Metadata.ASCII_STRING_MARSHALLER), encoding);
    TestCall call = new TestCall(connection, headers);
    call.requests.onMessage(new EncodedRequest(message, true));
    channel.runPendingTasks();
    return call;
  }
}
