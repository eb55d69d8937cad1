package dev.grpcos.gateway.exec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.grpcos.gateway.Await;
import dev.grpcos.gateway.StreamRecorder;
import dev.grpcos.gateway.config.ExecConfig;
import dev.grpcos.gateway.config.Limits;
import dev.grpcos.gateway.config.MethodConfig;
import dev.grpcos.gateway.failure.GatewayException;
import dev.grpcos.gateway.peer.Account;
import dev.grpcos.gateway.peer.Accounts;
import dev.grpcos.gateway.process.OwnProcess;
import dev.grpcos.gateway.trust.TrustedFile;
import dev.grpcos.proto.helloworld.HelloReply;
import dev.grpcos.proto.helloworld.HelloRequest;
import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests the settings of a method's program. */
final class ExecSettingsTest {
  @TempDir Path folder;

  private static MethodConfig method(
      Path program,
      int concurrency,
      Map<String, String> environment,
      Path directory,
      @Nullable Account user) {
    return new MethodConfig(
        new ExecConfig(List.of(program.toString()), false, 1),
        null,
        concurrency,
        environment,
        directory,
        user);
  }

  private ExecGateway serve(MethodConfig method) throws Exception {
    return ExecGateway.serving(folder, Limits.DEFAULT, Map.of("SayHello", method));
  }

  @Test
  void environmentAndDirectoryOfTheMethodAreSet() throws Exception {
    Path program =
        Scripts.script(folder, "p", "echo '{\"message\":\"'\"$GREETING $LANG $PWD\"'\"}'");
    Path directory = Files.createDirectory(folder.resolve("d")).toRealPath();
    Map<String, String> environment = Map.of("GREETING", "$(id) \\u0041", "LANG", "tlh");
    try (ExecGateway gateway = serve(method(program, 1, environment, directory, null))) {
      assertThat(gateway.call("x").getDescription()).isEqualTo("$(id) A tlh " + directory);
    }
  }

  @Test
  void callsBeyondTheMethodsConcurrencyAreRefused() throws Exception {
    Path program =
        Scripts.script(
            folder, "p", "echo >up.$$; until test -e go; do sleep 0.02; done; echo '{}'");
    try (ExecGateway gateway = serve(method(program, 2, Map.of(), folder, null))) {
      List<StreamRecorder<HelloReply>> calls = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        var replies = new StreamRecorder<HelloReply>();
        gateway.greeter().sayHello(HelloRequest.getDefaultInstance(), replies);
        calls.add(replies);
      }
      // A call may overtake another before the connection is ready.
      Await.until("both run", () -> started() == 2);
      Status third = gateway.call("x");
      assertThat(third.getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
      assertThat(third.getDescription())
          .isEqualTo(
              "the program of helloworld.Greeter/SayHello has 2 calls already, as many as its"
                  + " concurrency allows; try again later");
      Files.createFile(folder.resolve("go"));
      for (StreamRecorder<HelloReply> call : calls) {
        assertThat(call.status()).isEqualTo(Status.OK);
      }
    }
  }

  /** Returns the number of programs that have begun. */
  private long started() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.getFileName().toString().startsWith("up.")).count();
    }
  }

  @Test
  void programOfAnotherUserHasOnlyThatUsersGroups() throws Exception {
    assumeTrue(OwnProcess.uid() == 0, "needs root to become another user");
    Account nobody = Accounts.user("nobody").orElseThrow();
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path program =
        Scripts.script(
            folder,
            "p",
            "echo '{\"message\":\"'\"$(id -u) $(id -G) ${HOME-none} $USER $GRPCOS_PEER_UID\"'\"}'");
    try (ExecGateway gateway = serve(method(program, 1, Map.of(), Path.of("/"), nobody))) {
      assertThat(gateway.call("x").getDescription())
          .isEqualTo("%d %d none nobody 0".formatted(nobody.uid(), nobody.gid()));
    }
  }

  @Test
  void programsThatOthersCouldReplaceAreRefused() throws Exception {
    Path open = Files.createDirectory(folder.resolve("open"));
    Path deep = Files.createDirectory(open.resolve("deep"));
    Path program = Scripts.script(deep, "p", "echo '{}'");
    Path link = Files.createSymbolicLink(folder.resolve("link"), program);
    assertThat(TrustedFile.distrustProgram(link, OwnProcess.uid())).isEmpty();
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwx---"));

    for (Path name : List.of(program, link)) {
      assertThatThrownBy(() -> serve(method(name, 1, Map.of(), folder, null)).close())
          .isInstanceOf(GatewayException.class)
          .hasMessageContaining(open + " can be written by others, who could change " + name)
          .hasMessageContaining("chmod go-w " + open);
    }
    // a valid program behind a link in a folder that others can write
    Path other = Files.createSymbolicLink(open.resolve("link"), Path.of("/bin/cat"));
    assertThat(TrustedFile.distrustProgram(other, OwnProcess.uid()))
        .hasValueSatisfying(why -> assertThat(why).contains(open + " can be written by others"));
    Path anothers = Scripts.script(folder, "q", "echo '{}'");
    int self = OwnProcess.uid() == 0 ? 0 : OwnProcess.uid() + 1;
    if (self == 0) {
      Files.setAttribute(anothers, "unix:uid", 4242); // only root can change the owner
    }
    assertThat(TrustedFile.distrustProgram(anothers, self))
        .hasValueSatisfying(why -> assertThat(why).contains("belongs to another user"));
    assertThat(TrustedFile.distrustProgram(folder, OwnProcess.uid()))
        .hasValueSatisfying(why -> assertThat(why).contains("is not a file"));
  }
}
