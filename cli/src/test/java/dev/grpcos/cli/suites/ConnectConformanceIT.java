package dev.grpcos.cli.suites;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.cli.distribution.Command;
import dev.grpcos.cli.inprocess.InProcessGateway;
import dev.grpcos.cli.process.ForeignTools;
import dev.grpcos.cli.suites.RunnerProgram.End;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Connect's conformance suite: a gateway that forwards to the suite's own server, by gRPC and by
 * the Connect protocol over HTTP/1.1, and {@code grpcos call --envelope} as the client.
 */
final class ConnectConformanceIT {
  private static final String GRPC =
      """
      features:
        versions: [HTTP_VERSION_2]
        protocols: [PROTOCOL_GRPC]
        supportsTls: false
      """;

  private static final String CONNECT =
      """
      features:
        versions: [HTTP_VERSION_1]
        protocols: [PROTOCOL_CONNECT]
        supportsTls: false
        supportsHalfDuplexBidiOverHttp1: true
        codecs: [CODEC_PROTO, CODEC_JSON]
        compressions: [COMPRESSION_IDENTITY, COMPRESSION_GZIP]
      """;

  private static final String EVERY_ENCODING =
      """
        codecs: [CODEC_PROTO, CODEC_JSON]
        compressions:
        - COMPRESSION_IDENTITY
        - COMPRESSION_GZIP
        - COMPRESSION_BR
        - COMPRESSION_ZSTD
        - COMPRESSION_SNAPPY
        - COMPRESSION_DEFLATE
      """;

  /** The command sends all its requests, and prints the responses afterwards. */
  private static final String NO_FULL_DUPLEX =
      """
        codecs: [CODEC_PROTO]
        compressions: [COMPRESSION_IDENTITY, COMPRESSION_GZIP]
        streamTypes:
        - STREAM_TYPE_UNARY
        - STREAM_TYPE_CLIENT_STREAM
        - STREAM_TYPE_SERVER_STREAM
        - STREAM_TYPE_HALF_DUPLEX_BIDI_STREAM
      """;

  @TempDir private Path folder;

  @Test
  void forwardedCallsAreAsDirectOnes() throws Exception {
    gatewayPasses(1182, GRPC + EVERY_ENCODING);
  }

  @Test
  void connectCallsOverHttp1AreForwarded() throws Exception {
    gatewayPasses(384, CONNECT);
  }

  private void gatewayPasses(int cases, String features) throws Exception {
    Path reference = ForeignTools.program("referenceserver");
    CompiledProtos protos = ConnectProtos.compile(folder);
    try (RunnerProgram program =
        new RunnerProgram(
            folder, End.SIGNAL, ByteOrder.BIG_ENDIAN, frames -> serve(frames, reference, protos))) {
      passes(cases, program, features, List.of("--mode=server", "--max-servers=1", "-p4"));
    }
  }

  /** Runs the suite's server behind a gateway until the runner ends the dialogue. */
  private void serve(RunnerFrames frames, Path reference, CompiledProtos protos) throws Exception {
    byte[] request = Objects.requireNonNull(frames.next(), "the runner's request");
    Path own = Files.createTempDirectory(folder, "s");
    try (ConnectServer server = new ConnectServer(reference, request, protos)) {
      Path configuration =
          Files.writeString(
              own.resolve("gateway.yaml"),
              """
              upstreams:
                - name: reference
                  target: 127.0.0.1:%d
                  plaintext: true
                  protoset: [%s]
                  services: [%s*]
              drain: 0s
              """
                  .formatted(server.port(), protos.protoset(), ConnectProtos.PACKAGE));
      try (InProcessGateway gateway = InProcessGateway.start(own.resolve("g.sock"), configuration);
          TcpBridge bridge = new TcpBridge(gateway.socket())) {
        frames.send(server.response(bridge.port()));
        assertThat(frames.next()).as("what the runner sends after its request").isNull();
      }
    }
  }

  @Test
  void commandIsAClientWithoutOtherDifferences() throws Exception {
    Path known = KnownDifferences.file("connect-client.txt", folder);
    CompiledProtos protos = ConnectProtos.compile(folder);
    try (InProcessGateway gateway = InProcessGateway.start(folder.resolve("g.sock"));
        ConnectClient client = new ConnectClient(gateway, protos);
        RunnerProgram program =
            new RunnerProgram(folder, End.INPUT, ByteOrder.BIG_ENDIAN, client::hold)) {
      passes(
          341,
          program,
          GRPC + NO_FULL_DUPLEX,
          List.of(
              "--mode=client",
              "--known-failing=@" + known,
              // The command knows all its requests, and cannot cancel between them.
              "--skip=**/cancel-before-close-send",
              "--skip=**/cancel-after-close-send"));
    }
  }

  private void passes(int cases, RunnerProgram program, String features, List<String> options)
      throws IOException {
    Path runner = ForeignTools.program("connectconformance");
    Path file = Files.writeString(folder.resolve("features.yaml"), features);
    ConnectSuite.passes(
        cases,
        selection -> {
          List<String> line = new ArrayList<>(List.of("--conf", file.toString()));
          line.addAll(options);
          line.addAll(selection);
          line.addAll(List.of("--", program.path()));
          return new Command(runner, line).run();
        });
  }
}
