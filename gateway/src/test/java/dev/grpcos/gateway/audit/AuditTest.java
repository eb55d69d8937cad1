package dev.grpcos.gateway.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.grpcos.gateway.Await;
import dev.grpcos.gateway.Gateway;
import dev.grpcos.gateway.GatewayOptions;
import dev.grpcos.gateway.OwnersSocket;
import dev.grpcos.gateway.SocketClient;
import dev.grpcos.gateway.StreamRecorder;
import dev.grpcos.gateway.config.AuditConfig;
import dev.grpcos.gateway.config.ConfigSource;
import dev.grpcos.gateway.config.GatewayConfig;
import dev.grpcos.gateway.config.Limits;
import dev.grpcos.gateway.failure.GatewayException;
import dev.grpcos.gateway.peer.PeerIdentity;
import dev.grpcos.gateway.process.OwnProcess;
import dev.grpcos.proto.helloworld.GreeterGrpc;
import dev.grpcos.proto.helloworld.HelloReply;
import dev.grpcos.proto.helloworld.HelloRequest;
import io.grpc.Channel;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.stub.MetadataUtils;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditTest {
  private static final String SECRET = "not-to-be-recorded";

  @TempDir Path folder;

  private Path file() {
    return folder.resolve("audit.jsonl");
  }

  private GatewayConfig config(Path file) {
    return GatewayConfig.defaults(folder.resolve("g.sock")).withAudit(new AuditConfig(file));
  }

  private static HelloRequest hello() {
    return HelloRequest.newBuilder().setName(SECRET).build();
  }

  private List<String> lines() throws Exception {
    return Files.readAllLines(file());
  }

  private void awaitLines(int count) throws Exception {
    Await.until(count + " lines", () -> lines().size() >= count);
    assertThat(lines()).hasSize(count);
  }

  private static String number(String line, String key) {
    return line.replaceFirst(".*\"" + key + "\":([-0-9.]+).*", "$1");
  }

  @Test
  void eachCallIsOneLineOnBothTransports() throws Exception {
    Metadata metadata = new Metadata();
    metadata.put(Metadata.Key.of("x-key", Metadata.ASCII_STRING_MARSHALLER), SECRET);
    try (Gateway gateway =
            Gateway.start(ConfigSource.fixed(config(file())), GatewayOptions.DEFAULT);
        SocketClient clients = new SocketClient(gateway.socket())) {
      HelloReply reply =
          GreeterGrpc.newBlockingStub(clients.channel())
              .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(metadata))
              .sayHello(hello());
      awaitLines(1);
      String line = lines().get(0);
      assertThat(line)
          .matches(
              "\\{\"time\":\"\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z\",\"uid\":\\d+,"
                  + "\"gid\":\\d+,\"pid\":\\d+,\"socket\":\"g.sock\",\"method\":\"helloworld.Greeter/SayHello\","
                  + "\"route\":\"local\",\"status\":\"OK\",\"requests\":1,\"requestBytes\":\\d+,"
                  + "\"responses\":1,\"responseBytes\":\\d+,\"ms\":[0-9.E]+}");
      assertThat(number(line, "uid")).isEqualTo(Integer.toString(OwnProcess.uid()));
      assertThat(number(line, "pid")).isEqualTo(Long.toString(OwnProcess.pid()));
      assertThat(number(line, "requestBytes")).isEqualTo("" + hello().getSerializedSize());
      assertThat(number(line, "responseBytes")).isEqualTo("" + reply.getSerializedSize());
      String time = line.replaceFirst(".*\"time\":\"([^\"]+)\".*", "$1");
      assertThat(Duration.between(Instant.parse(time), Instant.now()))
          .isBetween(Duration.ZERO, Duration.ofMinutes(1));

      var replies = new StreamRecorder<HelloReply>();
      GreeterGrpc.newStub(
              OwnersSocket.channel(gateway, new PeerIdentity(OwnProcess.uid(), 7, List.of(), 8)))
          .sayHelloStreamReply(hello(), replies);
      assertThat(replies.status().isOk()).isTrue();
      awaitLines(2);
      assertThat(lines().get(1)).contains("\"gid\":7,\"pid\":8,", "\"responses\":5,");
    }
    assertThat(Files.readString(file())).doesNotContain(SECRET);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
        .isEqualTo("rw-------");
  }

  @Test
  void refusedUnknownAndCancelledCallsAreRecordedOnce() throws Exception {
    try (Gateway gateway =
        Gateway.start(
            ConfigSource.fixed(config(file()).withLimits(Limits.DEFAULT.withMetadata(1024))),
            GatewayOptions.DEFAULT)) {
      Channel otherUser = OwnersSocket.channel(gateway, new PeerIdentity(4242, 1, List.of(), 2));
      assertFails(() -> GreeterGrpc.newBlockingStub(otherUser).sayHello(hello()));
      awaitLines(1);
      assertThat(lines().get(0))
          .contains("\"uid\":4242,", "\"status\":\"PERMISSION_DENIED\"", "\"requests\":0,");

      Channel own =
          OwnersSocket.channel(gateway, new PeerIdentity(OwnProcess.uid(), 1, List.of(), 2));
      Metadata large = new Metadata();
      large.put(Metadata.Key.of("x", Metadata.ASCII_STRING_MARSHALLER), "x".repeat(2000));
      assertFails(
          () ->
              GreeterGrpc.newBlockingStub(own)
                  .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(large))
                  .sayHello(hello()));
      awaitLines(2);
      assertThat(lines().get(1)).contains("\"status\":\"RESOURCE_EXHAUSTED\"");

      var statuses = new StreamRecorder<HealthCheckResponse>();
      Context.CancellableContext caller = Context.current().withCancellation();
      caller.run(
          () -> HealthGrpc.newStub(own).watch(HealthCheckRequest.getDefaultInstance(), statuses));
      statuses.first(1);
      caller.cancel(null);
      awaitLines(3);
      assertThat(lines().get(2)).contains("\"status\":\"CANCELLED\"", "Health/Watch");
    }
  }

  @Test
  void reloadReopensAMovedFile() throws Exception {
    try (Gateway gateway =
        Gateway.start(ConfigSource.fixed(config(file())), GatewayOptions.DEFAULT)) {
      Channel own =
          OwnersSocket.channel(gateway, new PeerIdentity(OwnProcess.uid(), 1, List.of(), 2));
      GreeterGrpc.newBlockingStub(own).sayHello(hello());
      awaitLines(1);
      Path old = Files.move(file(), folder.resolve("audit.1"));
      assertThat(gateway.reload().get(60, TimeUnit.SECONDS).problems()).isEmpty();
      GreeterGrpc.newBlockingStub(own).sayHello(hello());
      awaitLines(1);
      assertThat(Files.readAllLines(old)).hasSize(1);
    }
  }

  @Test
  void pendingLinesAreWrittenBeforeTheEnd() throws Exception {
    int calls = 2_000;
    try (Gateway gateway =
        Gateway.start(ConfigSource.fixed(config(file())), GatewayOptions.DEFAULT)) {
      Channel own =
          OwnersSocket.channel(gateway, new PeerIdentity(OwnProcess.uid(), 1, List.of(), 2));
      for (int i = 0; i < calls; i++) {
        HelloReply unused = GreeterGrpc.newBlockingStub(own).sayHello(hello());
      }
    }
    assertThat(lines()).hasSize(calls);
  }

  /** Writes to {@code /dev/full} fail as on a full disk. */
  @Test
  void fullDiskDelaysNoCallAndTheLossIsRecorded() throws Exception {
    Path full = folder.resolve("full");
    AuditConfig[] audit = {new AuditConfig(Path.of("/dev/full"))};
    try (Gateway gateway =
        Gateway.start(() -> config(full).withAudit(audit[0]), GatewayOptions.DEFAULT)) {
      Channel own =
          OwnersSocket.channel(gateway, new PeerIdentity(OwnProcess.uid(), 1, List.of(), 2));
      for (int i = 0; i < 100; i++) {
        HelloReply unused = GreeterGrpc.newBlockingStub(own).sayHello(hello());
      }
      audit[0] = new AuditConfig(file());
      assertThat(gateway.reload().get(60, TimeUnit.SECONDS).problems()).isEmpty();
      Await.until(
          "the loss is recorded",
          () -> lines().stream().anyMatch(line -> line.contains("\"lost\":")));
    }
    long lost =
        lines().stream()
            .filter(line -> line.contains("\"lost\":"))
            .mapToLong(line -> Long.parseLong(number(line, "lost")))
            .sum();
    long written = lines().stream().filter(line -> line.contains("\"method\":")).count();
    assertThat(lost + written).isEqualTo(100);
  }

  @Test
  void fileThatOthersCouldChangeIsRefused() throws Exception {
    Path elsewhere = Files.writeString(folder.resolve("elsewhere"), "");
    Files.createSymbolicLink(folder.resolve("link"), elsewhere);
    Path shared = Files.writeString(folder.resolve("shared"), "");
    Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString("rw-rw-rw-"));
    for (String name : List.of("link", "shared", "none/audit", ".")) {
      assertThatThrownBy(
              () ->
                  Gateway.start(
                      ConfigSource.fixed(config(folder.resolve(name))), GatewayOptions.DEFAULT))
          .as(name)
          .isInstanceOf(GatewayException.class)
          .hasMessageContaining("audit file");
    }
    assertThat(folder.resolve("g.sock")).doesNotExist();
  }

  private static void assertFails(Runnable call) {
    assertThatThrownBy(call::run).isInstanceOf(StatusRuntimeException.class);
  }
}
