package dev.grpcos.cli.suites;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.cli.distribution.Command;
import dev.grpcos.cli.distribution.Outcome;
import dev.grpcos.cli.process.ForeignTools;
import dev.grpcos.cli.tap.RecordedRun;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The interoperability client of grpc-go, with a server behind a gateway. */
final class GrpcGoInteropIT {
  /** All cases but those for load balancing and for features of a server that are not gRPC's. */
  private static final List<String> CASES =
      List.of(
          "empty_unary",
          "large_unary",
          "client_streaming",
          "server_streaming",
          "ping_pong",
          "empty_stream",
          "timeout_on_sleeping_server",
          "cancel_after_begin",
          "cancel_after_first_response",
          "status_code_and_message",
          "special_status_message",
          "custom_metadata",
          "unimplemented_method",
          "unimplemented_service");

  @TempDir private Path folder;

  @Test
  void everyCaseSucceedsThroughTheGatewayAndFromItsRecording() throws Exception {
    Path client = ForeignTools.program("grpc-go-interop-client");
    Path recording = folder.resolve("run.jsonl");
    RecordedRun.recordInterop(folder, recording, socket -> runCases(client, socket));
    RecordedRun.replay(recording, folder.resolve("r.sock"), socket -> runCases(client, socket));
  }

  private static void runCases(Path client, Path socket) throws Exception {
    try (TcpBridge bridge = new TcpBridge(socket)) {
      for (String test : CASES) {
        Outcome outcome =
            new Command(
                    client,
                    "--server_host=127.0.0.1",
                    "--server_port=" + bridge.port(),
                    "--test_case=" + test)
                .run();
        assertThat(outcome.exit()).as("%s: %s", test, outcome).isZero();
      }
    }
  }
}
