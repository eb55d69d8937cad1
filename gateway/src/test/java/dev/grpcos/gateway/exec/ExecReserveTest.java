package dev.grpcos.gateway.exec;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.util.concurrent.ListenableFuture;
import dev.grpcos.gateway.Await;
import dev.grpcos.gateway.config.Limits;
import dev.grpcos.gateway.config.NamePattern;
import dev.grpcos.gateway.peer.PeerIdentity;
import dev.grpcos.gateway.policy.SocketAccess;
import dev.grpcos.gateway.policy.SocketCaller;
import dev.grpcos.gateway.policy.SocketRights;
import dev.grpcos.proto.helloworld.GreeterGrpc;
import dev.grpcos.proto.helloworld.HelloReply;
import dev.grpcos.proto.helloworld.HelloRequest;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests calls of the owner while a caller with another socket runs as many programs as it can. */
final class ExecReserveTest {
  private static Status call(Channel channel) {
    try {
      HelloRequest request = HelloRequest.newBuilder().setName("end").build();
      return Status.OK.withDescription(
          GreeterGrpc.newBlockingStub(channel).sayHello(request).getMessage());
    } catch (StatusRuntimeException e) {
      return e.getStatus();
    }
  }

  /** Returns the number of programs that stay. */
  private static long running(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(each -> each.getFileName().toString().startsWith("program-")).count();
    }
  }

  @Test
  void programsAreReservedForTheOwnersSocket(@TempDir Path folder) throws Exception {
    Path program =
        Scripts.script(
            folder,
            "program",
            """
            case $(cat) in
              *stay*) : > "$0-$$"; exec sleep 60 ;;
              *) echo '{"message": "ended"}' ;;
            esac
            """);
    SocketAccess shared =
        new SocketAccess(
            folder.resolve("shared.sock"),
            new SocketRights.NarrowedRights(
                true, Set.of(), Set.of(), List.of(new NamePattern("*")), List.of()));
    try (ExecGateway gateway =
        ExecGateway.serving(
            folder, Limits.DEFAULT.withExec(8), Map.of("SayHello", ExecGateway.each(program)))) {
      Channel other = gateway.channel(new SocketCaller(PeerIdentity.own(), shared));
      List<ListenableFuture<HelloReply>> held = new ArrayList<>();
      for (int i = 0; i < 7; i++) {
        held.add(
            GreeterGrpc.newFutureStub(other)
                .sayHello(HelloRequest.newBuilder().setName("stay").build()));
      }
      Await.until("all programs run", () -> running(folder) == held.size());

      assertThat(call(other).getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
      assertThat(call(other).getDescription()).contains("reserved", "limits.exec");
      assertThat(gateway.call("end").getDescription()).isEqualTo("ended");
      held.forEach(each -> each.cancel(true));
    }
  }
}
