package dev.grpcos.gateway.exec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.gateway.StreamRecorder;
import dev.grpcos.gateway.config.Limits;
import dev.grpcos.proto.helloworld.HelloReply;
import dev.grpcos.proto.helloworld.HelloRequest;
import io.grpc.Status;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class KeeperTest {
  @TempDir Path folder;

  private void removeSocket() throws Exception {
    Files.delete(folder.resolve("g.sock.ex0/s"));
    Files.delete(folder.resolve("g.sock.ex0"));
  }

  @Test
  void programsStartAgainWhenTheSocketHasBeenRemoved() throws Exception {
    Path program = Scripts.script(folder, "p", "echo '{}'");
    try (ExecGateway served =
        ExecGateway.serving(
            folder, Limits.DEFAULT, Map.of("SayHello", ExecGateway.each(program)))) {
      assertThat(served.call("x")).matches(Status::isOk);
      removeSocket();
      assertThat(served.call("x")).matches(Status::isOk);
      assertThat(folder.resolve("g.sock.ex0/s")).exists();
      removeSocket();
      List<StreamRecorder<HelloReply>> calls = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        var replies = new StreamRecorder<HelloReply>();
        served.greeter().sayHello(HelloRequest.getDefaultInstance(), replies);
        calls.add(replies);
      }
      for (StreamRecorder<HelloReply> call : calls) {
        assertThat(call.status()).isEqualTo(Status.OK);
      }
    }
    assertThat(folder.resolve("g.sock.ex0")).doesNotExist();
  }

  @Test
  void callReportsWhyTheKeeperDoesNotStart() throws Exception {
    Path program = Scripts.script(folder, "p", "echo '{}'");
    Path silent = Scripts.script(folder, "silent", "exit 3");
    try (ExecGateway served =
        ExecGateway.serving(
            folder, Limits.DEFAULT, Map.of("SayHello", ExecGateway.each(program)), silent)) {
      for (int i = 0; i < 2; i++) {
        Status status = served.call("x");
        assertThat(status.getCode()).isEqualTo(Status.Code.INTERNAL);
        assertThat(status.getDescription())
            .isEqualTo(
                "%s cannot be started: %s did not start to listen at %s"
                    .formatted(program, silent, folder.resolve("g.sock.ex0/s")));
      }
    }
  }
}
