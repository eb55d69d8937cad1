package dev.grpcos.gateway.exec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.gateway.StreamRecorder;
import dev.grpcos.gateway.config.Limits;
import dev.grpcos.gateway.config.MethodConfig;
import dev.grpcos.proto.helloworld.HelloReply;
import dev.grpcos.proto.helloworld.HelloRequest;
import io.grpc.Status;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests the limit of a program's output, {@code limits.message}. */
final class ExecLimitsTest {
  private static final int LIMIT = 64 << 10;

  /** The longest text: four more bytes of the response precede it, three of them for the length. */
  private static final int MOST = LIMIT - 4;

  /**
   * Prints a response with the number of letters, or of control characters, that the request names.
   */
  private static final String RESPONSE =
      """
      n=${line##*name\\":\\"}; kind=${n%%[0-9]*}; n=${n#$kind}; n=${n%%\\"*}
      printf '{PREFIX"message":"'
      if test "$kind" = c; then head -c $n /dev/zero | sed 's/\\x00/\\\\u0001/g'
      else head -c $n /dev/zero | tr '\\0' y; fi
      echo '"}SUFFIX'
      """;

  @TempDir Path folder;

  private MethodConfig once() throws Exception {
    return ExecGateway.each(
        Scripts.script(
            folder,
            "once",
            "read -r line\n" + RESPONSE.replace("PREFIX", "").replace("SUFFIX", "")));
  }

  private MethodConfig staying() throws Exception {
    return ExecGateway.staying(
        Scripts.script(
            folder,
            "staying",
            "while read -r line; do id=${line#*:}; id=${id%%,*}\n"
                + RESPONSE.replace("PREFIX", "\"id\":'$id',\"response\":{").replace("SUFFIX", "}")
                + "done"));
  }

  private void check(ExecGateway served, String program) {
    assertThat(served.call("y" + MOST).getDescription()).hasSize(MOST);
    assertThat(served.call("c" + MOST).getDescription()).hasSize(MOST);
    for (String beyond : new String[] {"y" + (MOST + 1), "c" + (MOST + 1), "y" + (MOST + LIMIT)}) {
      Status status = served.call(beyond);
      assertThat(status.getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
      assertThat(status.getDescription())
          .endsWith(
              "/%s printed a response of %d bytes, but limits.message is %d bytes; print less, or raise limits.message"
                  .formatted(program, Integer.parseInt(beyond.substring(1)) + 4, LIMIT));
    }
    // longer than the JSON of any permitted response
    assertThat(served.call("y" + 20 * LIMIT).getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(served.call("y1")).matches(Status::isOk);
  }

  @Test
  void limitAppliesExactlyToAResponse() throws Exception {
    try (ExecGateway served =
        ExecGateway.serving(
            folder, Limits.DEFAULT.withMessage(LIMIT), Map.of("SayHello", once()))) {
      check(served, "once");
    }
  }

  @Test
  void limitAppliesExactlyToAnAnswerOfAPersistentProgram() throws Exception {
    try (ExecGateway served =
        ExecGateway.serving(
            folder, Limits.DEFAULT.withMessage(LIMIT), Map.of("SayHello", staying()))) {
      check(served, "staying");
    }
  }

  @Test
  void limitAppliesExactlyToEachResponseOfAStream() throws Exception {
    try (ExecGateway served =
        ExecGateway.serving(
            folder, Limits.DEFAULT.withMessage(LIMIT), Map.of("SayHelloStreamReply", once()))) {
      var within = new StreamRecorder<HelloReply>();
      served.greeter().sayHelloStreamReply(request(MOST), within);
      assertThat(within.status()).isEqualTo(Status.OK);
      assertThat(within.messages()).hasSize(1);
      var beyond = new StreamRecorder<HelloReply>();
      served.greeter().sayHelloStreamReply(request(MOST + 1), beyond);
      assertThat(beyond.status().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
      assertThat(beyond.messages()).isEmpty();
    }
  }

  private static HelloRequest request(int letters) {
    return HelloRequest.newBuilder().setName("y" + letters).build();
  }
}
