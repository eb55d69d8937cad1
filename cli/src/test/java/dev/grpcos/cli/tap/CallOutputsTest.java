package dev.grpcos.cli.tap;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import dev.grpcos.cli.invocation.StreamKind;
import dev.grpcos.cli.output.StandardOutput;
import dev.grpcos.gateway.json.JsonLayout;
import dev.grpcos.proto.admin.v1.CallStep;
import dev.grpcos.proto.admin.v1.TapMessage;
import dev.grpcos.proto.admin.v1.TapMetadata;
import java.io.ByteArrayOutputStream;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

class CallOutputsTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final StandardOutput output = new StandardOutput(bytes, StreamKind.PIPE);

  private static CallStep.Builder step(double ms) {
    return CallStep.newBuilder().setCall(7).setMs(ms);
  }

  private static TapMetadata metadata(String key, String value) {
    return TapMetadata.newBuilder()
        .addEntries(TapMetadata.Entry.newBuilder().setKey(key).setValue(value))
        .build();
  }

  private static TapMessage message(String json) {
    return TapMessage.newBuilder().setJson(json).setSize(json.length()).build();
  }

  /** Returns the steps of a call that ends with NOT_FOUND. */
  private static List<CallStep> call() {
    return List.of(
        step(0)
            .setBegan(
                CallStep.Began.newBuilder()
                    .setTime(Timestamp.newBuilder().setSeconds(45_296).setNanos(7_000_000))
                    .setMethod("a.B/C")
                    .setUid(1000)
                    .setUser("ada")
                    .setPid(4711)
                    .setSocket("g.sock")
                    .setRoute("local")
                    .setMetadata(metadata("x", "1\n2")))
            .build(),
        step(0.001).setRequest(message("{\"n\":\"é\"}")).build(),
        step(0.001).setHalfClosed(CallStep.HalfClosed.getDefaultInstance()).build(),
        step(2).setHeaders(metadata("h", "v")).build(),
        step(2.5).setResponse(TapMessage.newBuilder().setCut(true).setSize(99)).build(),
        step(3).setResponse(TapMessage.newBuilder().setRaw(ByteString.copyFromUtf8("x"))).build(),
        step(12.3456)
            .setEnded(
                CallStep.Ended.newBuilder()
                    .setCode(5)
                    .setMessage("none")
                    .addDetails("{\"@type\":\"t\"}")
                    .setTrailers(metadata("t", "w")))
            .build());
  }

  private String printed() {
    return bytes.toString(UTF_8);
  }

  @Test
  void eachStepIsALineForPeople() {
    TapOutput text = new CallText(output, StatusFilter.ALL, ZoneOffset.UTC);
    call().forEach(text::add);
    assertThat(printed())
        .isEqualTo(
            """
            #7 12:34:56.007 ada pid 4711 a.B/C (local)
            #7 metadata x: 1\\n2
            #7 > {"n":"é"}
            #7 header h: v
            #7 < (99 bytes, not shown)
            #7 < {"@value":"eA=="}
            #7 trailer t: w
            #7 detail {"@type":"t"}
            #7 NOT_FOUND: none, 12.3 ms
            """);
  }

  @Test
  void callOfAnotherStatusIsNotPrinted() {
    TapOutput text = new CallText(output, StatusFilter.parse(List.of("OK")), ZoneOffset.UTC);
    call().forEach(step -> assertThat(text.add(step)).isZero());
    assertThat(printed()).isEmpty();
    TapOutput failures = new CallText(output, StatusFilter.parse(List.of("!OK")), ZoneOffset.UTC);
    call().subList(0, 6).forEach(failures::add);
    assertThat(printed()).isEmpty();
    assertThat(failures.add(call().get(6))).isEqualTo(1);
    assertThat(printed()).startsWith("#7 12:34:56.007").endsWith("12.3 ms\n");
  }

  @Test
  void callIsALineOfJsonWithStableKeys() {
    TapOutput lines = new CallLines(output, new JsonLayout(false, false), StatusFilter.ALL);
    call().forEach(lines::add);
    assertThat(printed())
        .isEqualTo(
            "{\"time\":\"1970-01-01T12:34:56.007Z\",\"method\":\"a.B/C\",\"route\":\"local\",\"socket\":\"g.sock\",\"uid\":1000,\"user\":\"ada\",\"pid\":4711,\"address\":\"\",\"metadata\":{\"x\":[\"1\\n"
                + "2\"]},\"requests\":[{\"n\":\"é\"}],\"headers\":{\"h\":[\"v\"]},\"responses\":[{\"@cut\":99},{\"@value\":\"eA==\"}],\"status\":{\"code\":5,\"name\":\"NOT_FOUND\",\"message\":\"none\",\"details\":[{\"@type\":\"t\"}]},\"trailers\":{\"t\":[\"w\"]},\"ms\":12.346,\"at\":{\"requests\":[0.001],\"halfClosed\":0.002,\"responses\":[2.5,3]},\"incomplete\":true}\n");
  }
}
