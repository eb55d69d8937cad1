package dev.grpcos.gateway.exec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.gson.JsonParser;
import dev.grpcos.gateway.Await;
import dev.grpcos.gateway.StreamRecorder;
import dev.grpcos.gateway.config.Limits;
import dev.grpcos.gateway.config.MethodConfig;
import dev.grpcos.proto.helloworld.GreeterGrpc;
import dev.grpcos.proto.helloworld.HelloReply;
import dev.grpcos.proto.helloworld.HelloRequest;
import io.grpc.CallOptions;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests hostile callers and programs. */
final class ExecAbuseTest {
  private static final List<String> INJECTIONS =
      List.of(
          "$(touch injected)",
          "`touch injected`",
          "'; touch injected; '",
          "\"; touch injected; \"",
          "x\n touch injected\n",
          "x\u0000y",
          "-rf",
          "--help",
          "| touch injected",
          "${IFS}touch${IFS}injected",
          "\\\"$(touch injected)\\",
          "GRPCOS_PEER_UID=0\nLD_PRELOAD=/tmp/x",
          "ünï → \ud83d\ude00");

  @TempDir Path folder;
  private @Nullable ExecGateway gateway;

  @AfterEach
  void close() {
    if (gateway != null) {
      gateway.close();
    }
  }

  private ExecGateway serve(Limits limits, String method, MethodConfig config) throws Exception {
    ExecGateway started = ExecGateway.serving(folder, limits, Map.of(method, config));
    gateway = started;
    return started;
  }

  private Path script(String text) throws Exception {
    return Scripts.script(folder, "program", text);
  }

  private GreeterGrpc.GreeterBlockingStub with(ExecGateway served, Metadata metadata) {
    return GreeterGrpc.newBlockingStub(served.channel())
        .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(metadata))
        .withDeadlineAfter(60, TimeUnit.SECONDS);
  }

  @Test
  void dataOfCallersReachesNoShellAndBreaksNoVariable() throws Exception {
    ExecGateway served =
        serve(
            Limits.DEFAULT,
            "SayHello",
            ExecGateway.each(script("cat >request; env -0 >variables; echo '{}'")));
    for (String text : INJECTIONS) {
      Metadata metadata = new Metadata();
      metadata.put(Metadata.Key.of("x-bin", Metadata.BINARY_BYTE_MARSHALLER), text.getBytes(UTF_8));
      String printable = text.replaceAll("[^ -~]", "");
      metadata.put(Metadata.Key.of("x", Metadata.ASCII_STRING_MARSHALLER), printable);
      HelloReply unused =
          with(served, metadata).sayHello(HelloRequest.newBuilder().setName(text).build());

      String request = Files.readString(folder.resolve("request"));
      assertThat(request.lines()).hasSize(1);
      assertThat(JsonParser.parseString(request).getAsJsonObject().get("name").getAsString())
          .isEqualTo(text);
      List<String> variables =
          List.of(Files.readString(folder.resolve("variables")).split("\0", -1));
      assertThat(variables).noneMatch(variable -> variable.startsWith("LD_PRELOAD"));
      assertThat(variables.stream().filter(each -> each.startsWith("GRPCOS_PEER_UID=")))
          .containsExactly("GRPCOS_PEER_UID=" + Files.getAttribute(folder, "unix:uid"));
      String metadataVariable =
          variables.stream().filter(each -> each.startsWith("GRPCOS_METADATA=")).toList().get(0);
      assertThat(
              JsonParser.parseString(metadataVariable.substring("GRPCOS_METADATA=".length()))
                  .getAsJsonObject()
                  .getAsJsonArray("x")
                  .get(0)
                  .getAsString())
          .isEqualTo(printable);
    }
    assertThat(folder.resolve("injected")).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "helloworld.Greeter/$(touch injected)",
        "helloworld.Greeter/../SayHello",
        "helloworld.Greeter/SayHello;touch injected",
        "helloworld.Greeter/-e",
        "helloworld.Greeter/"
      })
  void invalidMethodNamesStartNoProgram(String method) throws Exception {
    ExecGateway served =
        serve(Limits.DEFAULT, "SayHello", ExecGateway.each(script("touch ran; echo '{}'")));
    try {
      HelloReply unused =
          ClientCalls.blockingUnaryCall(
              served.channel(),
              GreeterGrpc.getSayHelloMethod().toBuilder().setFullMethodName(method).build(),
              CallOptions.DEFAULT,
              HelloRequest.getDefaultInstance());
    } catch (StatusRuntimeException e) {
      assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNIMPLEMENTED);
      assertThat(folder.resolve("ran")).doesNotExist();
      return;
    }
    throw new AssertionError(method + " was served");
  }

  /** A variable can contain 128 KiB; a line has no such limit. */
  @Test
  void metadataTooLongForAVariableIsResourceExhausted() throws Exception {
    ExecGateway served =
        serve(
            Limits.DEFAULT.withMetadata(1 << 20),
            "SayHello",
            ExecGateway.each(script("echo '{\"message\":\"'${#GRPCOS_METADATA}'\"}'")));
    Metadata metadata = new Metadata();
    metadata.put(Metadata.Key.of("large", Metadata.ASCII_STRING_MARSHALLER), "x".repeat(120_000));
    HelloRequest request = HelloRequest.getDefaultInstance();
    assertThat(Integer.parseInt(with(served, metadata).sayHello(request).getMessage()))
        .isGreaterThan(120_000);
    metadata.put(Metadata.Key.of("more", Metadata.ASCII_STRING_MARSHALLER), "x".repeat(12_000));
    assertThat(catchThrowable(() -> with(served, metadata).sayHello(request)))
        .hasMessageMatching(
            "RESOURCE_EXHAUSTED: the call's metadata takes 13\\d{4} bytes as JSON, and an"
                + " environment variable 131071: send less");
  }

  @Test
  void requestOfManyMegabytesPassesThroughAProgramThatWritesAsItReads() throws Exception {
    ExecGateway served =
        serve(
            Limits.DEFAULT, "SayHello", ExecGateway.each(script("sed 's/\"name\"/\"message\"/'")));
    String name = "y".repeat(8 << 20);
    assertThat(served.call(name).getDescription()).isEqualTo(name);
  }

  @Test
  void endlessRequestsWaitForAProgramThatDoesNotRead() throws Exception {
    ExecGateway served =
        serve(
            Limits.DEFAULT,
            "SayHelloBidiStream",
            ExecGateway.each(script("until test -e go; do sleep 0.05; done; wc -c >count")));
    var replies = new StreamRecorder<HelloReply>();
    var requests =
        (ClientCallStreamObserver<HelloRequest>) served.greeter().sayHelloBidiStream(replies);
    HelloRequest message = HelloRequest.newBuilder().setName("z".repeat(16 << 10)).build();
    long sent = 0;
    for (int refusals = 0; refusals < 200; refusals++) {
      while (requests.isReady()) {
        requests.onNext(message);
        refusals = 0;
        sent += 16 << 10;
        assertThat(sent).as("bytes on the way").isLessThan(16 << 20);
      }
      TimeUnit.MILLISECONDS.sleep(5);
    }
    Files.createFile(folder.resolve("go"));
    requests.onCompleted();
    assertThat(replies.status()).isEqualTo(Status.OK);
    assertThat(Long.parseLong(Files.readString(folder.resolve("count")).strip()))
        .isGreaterThan(sent);
  }

  @Test
  void lineWithoutEndIsResourceExhaustedBeforeItFillsMemory() throws Exception {
    ExecGateway served =
        serve(
            Limits.DEFAULT.withMessage(64 << 10),
            "SayHelloStreamReply",
            ExecGateway.each(script("exec tr '\\0' x </dev/zero")));
    var replies = new StreamRecorder<HelloReply>();
    served.greeter().sayHelloStreamReply(HelloRequest.getDefaultInstance(), replies);
    assertThat(replies.status().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(replies.status().getDescription())
        .endsWith(
            "/program printed more than 589824 bytes on one line, but limits.message is 65536"
                + " bytes; print less, or raise limits.message");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "echo garbage",
        "echo '{\"id\":0,\"response\":{}}'",
        "echo '{\"id\":'$id',\"response\":{\"massage\":1}}'",
        "echo '{\"id\":'$id'}'",
        "echo '{\"id\":'$id',\"response\":{},\"extra\":1}'",
        "echo '[]'"
      })
  void persistentProgramWithInvalidAnswerIsReplaced(String answer) throws Exception {
    ExecGateway served =
        serve(
            Limits.DEFAULT,
            "SayHello",
            ExecGateway.staying(
                script(
                    """
                    while read -r line; do
                      id=${line#*:}; id=${id%%,*}
                      case $line in
                        *good*) echo '{"id":'$id',"response":{"message":"'$$'"}}' ;;
                        *) ANSWER ;;
                      esac
                    done\
                    """
                        .replace("ANSWER", answer))));
    String first = String.valueOf(served.call("good").getDescription());
    assertThat(served.call("bad").getCode()).isEqualTo(Status.Code.INTERNAL);
    Await.until("another answers", () -> isAnother(first, served.call("good")));
  }

  /**
   * Returns whether another process answered. The call may also meet the process while it is ended.
   */
  private static boolean isAnother(String first, Status status) {
    assertThat(status.getCode()).isIn(Status.Code.OK, Status.Code.UNAVAILABLE);
    return status.isOk() && !first.equals(status.getDescription());
  }

  @Test
  void persistentProgramThatAnswersTwiceIsReplaced() throws Exception {
    ExecGateway served =
        serve(
            Limits.DEFAULT,
            "SayHello",
            ExecGateway.staying(
                script(
                    """
                    while read -r line; do
                      id=${line#*:}; id=${id%%,*}
                      answer='{"id":'$id',"response":{"message":"'$$'"}}'
                      printf '%s\\n' "$answer" "$answer"
                    done\
                    """)));
    String first = String.valueOf(served.call("x").getDescription());
    Await.until("another answers", () -> isAnother(first, served.call("x")));
  }

  @Test
  void persistentProgramThatIgnoresTheDeadlineIsReplacedForWaitingCalls() throws Exception {
    ExecGateway served =
        serve(
            Limits.DEFAULT,
            "SayHello",
            ExecGateway.staying(
                script(
                    """
                    trap '' TERM
                    while read -r line; do
                      id=${line#*:}; id=${id%%,*}
                      case $line in *hang*) while :; do sleep 1; done ;; esac
                      echo '{"id":'$id',"response":{}}'
                    done\
                    """)));
    var late = new StreamRecorder<HelloReply>();
    served
        .greeter()
        .withDeadlineAfter(500, TimeUnit.MILLISECONDS)
        .sayHello(HelloRequest.newBuilder().setName("hang").build(), late);
    List<StreamRecorder<HelloReply>> waiting = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      var replies = new StreamRecorder<HelloReply>();
      served.greeter().sayHello(HelloRequest.getDefaultInstance(), replies);
      waiting.add(replies);
    }
    assertThat(late.status().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
    for (StreamRecorder<HelloReply> each : waiting) {
      assertThat(each.status()).isEqualTo(Status.OK);
    }
  }

  @Test
  void programsAndTheirChildrenEndWhenTheirKeeperIsKilled() throws Exception {
    ExecGateway served =
        serve(
            Limits.DEFAULT,
            "SayHello",
            ExecGateway.each(
                script(
                    """
                    case $(cat) in *good*) echo '{}'; exit ;; esac
                    setsid sleep 4322 & setsid sh -c 'sleep 4322; :' & sleep 4322 & echo >up; wait\
                    """)));
    var hanging = new StreamRecorder<HelloReply>();
    served.greeter().sayHello(HelloRequest.getDefaultInstance(), hanging);
    Await.until("it runs", () -> Files.exists(folder.resolve("up")));
    List<ProcessHandle> below = ProcessHandle.current().descendants().toList();
    List<ProcessHandle> keepers =
        below.stream()
            .filter(each -> each.info().commandLine().orElse("").contains("grpcos-exec"))
            .toList();
    // the process that keeps this program; the first grpcos-exec forked it
    ProcessHandle keeper =
        keepers.stream()
            .filter(each -> each.parent().filter(keepers::contains).isPresent())
            .findFirst()
            .orElseThrow();
    // the script, its three children, and the child of one of them
    Await.until("all processes of the script run", () -> keeper.descendants().count() == 5);
    List<ProcessHandle> programs = keeper.descendants().toList();
    assertThat(keeper.destroyForcibly()).isTrue();

    assertThat(hanging.status().getCode()).isEqualTo(Status.Code.INTERNAL);
    Await.until("nothing is left", () -> programs.stream().noneMatch(ExecAbuseTest::runs));

    assertThat(served.call("good").getCode()).isEqualTo(Status.Code.OK);
    keepers.forEach(ProcessHandle::destroyForcibly);
    Await.until("another serves", () -> served.call("good").isOk());
  }

  private static boolean runs(ProcessHandle process) {
    return process.isAlive();
  }
}
