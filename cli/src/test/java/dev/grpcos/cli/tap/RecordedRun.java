package dev.grpcos.cli.tap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.cli.connection.Connection;
import dev.grpcos.cli.connection.Target;
import dev.grpcos.cli.inprocess.InProcessGateway;
import dev.grpcos.cli.inprocess.InteropServers;
import dev.grpcos.cli.output.ErrorFormat;
import dev.grpcos.cli.output.ErrorOutput;
import dev.grpcos.cli.resident.Eventually;
import dev.grpcos.gateway.Gateway;
import dev.grpcos.gateway.GatewayOptions;
import dev.grpcos.gateway.config.ConfigSource;
import dev.grpcos.gateway.config.GatewayConfig;
import dev.grpcos.gateway.process.OwnProcess;
import dev.grpcos.gateway.replay.Replay;
import dev.grpcos.gateway.replay.ReplayOptions;
import dev.grpcos.proto.admin.v1.TapRequest;
import io.grpc.Metadata;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Records calls of a gateway, and replays them. */
public final class RecordedRun {
  /** Calls a gateway. */
  @FunctionalInterface
  public interface Calls {
    void make(Path socket) throws Exception;
  }

  private RecordedRun() {}

  /**
   * Makes calls of the interoperability suite's service, which is behind a gateway, and writes them
   * to a file.
   *
   * @param folder a folder for sockets and files
   */
  public static void recordInterop(Path folder, Path file, Calls calls) throws Exception {
    try (InteropServers servers = new InteropServers(folder)) {
      Path configuration =
          Files.writeString(
              folder.resolve("gateway.yaml"),
              "upstreams: [{name: interop, target: '" + servers.unix() + "'}]\n");
      try (InProcessGateway gateway =
          InProcessGateway.start(folder.resolve("g.sock"), configuration)) {
        Eventually.until(
            "the service is listed",
            InProcessGateway.SOON,
            () -> gateway.grpcos("list").run().stdout().contains("grpc.testing.TestService\n"));
        record(gateway, file, calls);
      }
    }
  }

  /** Makes calls through a gateway and writes them to a file. */
  public static void record(InProcessGateway gateway, Path file, Calls calls) throws Exception {
    Target target = Target.gateway(gateway.socket(), OwnProcess.uid());
    try (Connection connection = gateway.lent().connect(target, InProcessGateway.SOON);
        RecordingFile recording =
            new RecordingFile(
                "run",
                Files.newOutputStream(file),
                connection.reflected(new Metadata()),
                StatusFilter.ALL)) {
      TapSession session =
          new TapSession(
              connection.channel(), TapRequest.newBuilder().setMessageBytes(4 << 20).build());
      CompletableFuture<Void> reading =
          CompletableFuture.runAsync(
              () ->
                  session.run(
                      recording,
                      Long.MAX_VALUE,
                      new ErrorOutput(OutputStream.nullOutputStream(), ErrorFormat.TEXT)));
      calls.make(gateway.socket());
      assertThat(session.finish()).isTrue();
      reading.join();
      assertThat(session.lost()).isZero();
      assertThat(recording.incomplete()).isZero();
    }
  }

  /** Makes calls that a recording answers. */
  public static void replay(Path file, Path socket, Calls calls) throws Exception {
    try (InputStream in = Files.newInputStream(file);
        Gateway gateway =
            Gateway.start(
                ConfigSource.fixed(GatewayConfig.defaults(socket)),
                GatewayOptions.DEFAULT.withReplay(
                    Replay.read(in, "run", List.of(), ReplayOptions.DEFAULT)))) {
      calls.make(gateway.socket());
    }
  }
}
