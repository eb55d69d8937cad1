package dev.grpcos.gateway.exec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.DescriptorProtos.MethodDescriptorProto;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import dev.grpcos.gateway.Await;
import dev.grpcos.gateway.Gateway;
import dev.grpcos.gateway.GatewayOptions;
import dev.grpcos.gateway.SocketClient;
import dev.grpcos.gateway.StreamRecorder;
import dev.grpcos.gateway.config.ExecConfig;
import dev.grpcos.gateway.config.GatewayConfig;
import dev.grpcos.gateway.config.ListenConfig;
import dev.grpcos.gateway.config.MethodConfig;
import dev.grpcos.gateway.config.NamePattern;
import dev.grpcos.gateway.config.ServiceConfig;
import dev.grpcos.gateway.config.SocketConfig;
import dev.grpcos.gateway.failure.GatewayException;
import dev.grpcos.gateway.installation.Installation;
import dev.grpcos.gateway.schema.SchemaConfig;
import dev.grpcos.proto.helloworld.HelloReply;
import dev.grpcos.proto.helloworld.HelloRequest;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ClientCalls;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests of programs that serve all methods of a service, and of what they know about a call. */
final class ServiceProgramTest {
  private static final String SERVICE = "test.Three";
  private static final String ANSWER = "echo '{\"message\":\"'\"$*\"'\"}'";

  @TempDir Path folder;
  private @Nullable Gateway running;
  private @Nullable SocketClient clients;

  @AfterEach
  void close() {
    if (clients != null) {
      clients.close();
    }
    if (running != null) {
      running.close();
    }
  }

  /** Returns the configuration of a service with the unary methods One and Two, and a stream. */
  private GatewayConfig config(Map<String, MethodConfig> methods, @Nullable MethodConfig others)
      throws Exception {
    ServiceDescriptorProto.Builder service = ServiceDescriptorProto.newBuilder().setName("Three");
    for (String name : List.of("One", "Two", "Stream")) {
      service.addMethod(
          MethodDescriptorProto.newBuilder()
              .setName(name)
              .setInputType(".helloworld.HelloRequest")
              .setOutputType(".helloworld.HelloReply")
              .setServerStreaming(name.equals("Stream")));
    }
    FileDescriptorSet known = FileDescriptorSet.parseFrom(Scripts.descriptors());
    FileDescriptorSet set =
        known.toBuilder()
            .addFile(
                FileDescriptorProto.newBuilder()
                    .setName("three.proto")
                    .setPackage("test")
                    .setSyntax("proto3")
                    .addDependency("helloworld.proto")
                    .addService(service))
            .build();
    Path protoset = Files.write(folder.resolve("three.binpb"), set.toByteArray());
    return GatewayConfig.defaults(folder.resolve("g.sock"))
        .withServices(
            List.of(
                new ServiceConfig(SERVICE, SchemaConfig.ofProtoset(protoset), methods, others)));
  }

  private Channel serve(GatewayConfig config) throws Exception {
    Gateway gateway =
        Gateway.start(
            () -> config,
            GatewayOptions.DEFAULT.withInstallation(
                new Installation(Optional.of(Scripts.KEEPER), Optional.empty(), Optional.empty())));
    running = gateway;
    return client(gateway.socket());
  }

  private Channel client(Path socket) {
    if (clients != null) {
      clients.close();
    }
    SocketClient made = new SocketClient(socket);
    clients = made;
    return made.channel();
  }

  private MethodConfig program(String name, String text, boolean persistent, int concurrency)
      throws Exception {
    Path script = Scripts.script(folder, name, text);
    return new MethodConfig(
        new ExecConfig(List.of(script.toString(), "first"), persistent, 1),
        null,
        concurrency,
        Map.of(),
        folder,
        null);
  }

  private MethodConfig program(String name, String text) throws Exception {
    return program(name, text, false, Integer.MAX_VALUE);
  }

  private static MethodDescriptor<HelloRequest, HelloReply> method(String name) {
    return MethodDescriptor.<HelloRequest, HelloReply>newBuilder()
        .setType(
            name.equals("Stream")
                ? MethodDescriptor.MethodType.SERVER_STREAMING
                : MethodDescriptor.MethodType.UNARY)
        .setFullMethodName(SERVICE + "/" + name)
        .setRequestMarshaller(ProtoUtils.marshaller(HelloRequest.getDefaultInstance()))
        .setResponseMarshaller(ProtoUtils.marshaller(HelloReply.getDefaultInstance()))
        .build();
  }

  /** Calls a method; returns its message, or its status. */
  private static String call(Channel channel, String name) {
    try {
      return ClientCalls.blockingUnaryCall(
              channel, method(name), CallOptions.DEFAULT, HelloRequest.getDefaultInstance())
          .getMessage();
    } catch (StatusRuntimeException e) {
      return e.getStatus().getCode() + ": " + e.getStatus().getDescription();
    }
  }

  @Test
  void programGetsTheNameOfTheMethodAndNamedMethodsWin() throws Exception {
    Channel channel =
        serve(config(Map.of("Two", program("two", ANSWER)), program("others", ANSWER)));
    assertThat(call(channel, "One")).isEqualTo("first One");
    assertThat(call(channel, "Two")).isEqualTo("first");
    var replies = new StreamRecorder<HelloReply>();
    ClientCalls.asyncServerStreamingCall(
        channel.newCall(method("Stream"), CallOptions.DEFAULT),
        HelloRequest.getDefaultInstance(),
        replies);
    assertThat(replies.status()).isEqualTo(Status.OK);
    assertThat(replies.messages())
        .extracting(HelloReply::getMessage)
        .containsExactly("first Stream");
  }

  @Test
  void methodsWithoutAProgramAreUnimplemented() throws Exception {
    Channel channel = serve(config(Map.of("Two", program("two", ANSWER)), null));
    assertThat(call(channel, "One")).startsWith("UNIMPLEMENTED");
  }

  /** One process serves both methods, and gets each call's id once. */
  @Test
  void persistentProgramGetsTheMethodInEachLine() throws Exception {
    String loop =
        """
        while read -r line; do
          id=${line#*:}
          method=${line#*Three/}
          socket=${line#*'"socket":"'}
          echo "{\\"id\\":${id%%,*},\\"response\\":{\\"message\\":\\"$$ ${id%%,*} ${method%%[\\"]*} $# ${socket%%[\\"]*}\\"}}"
        done
        """;
    Channel channel =
        serve(
            config(
                Map.of("Stream", program("stream", ANSWER)),
                program("others", loop, true, Integer.MAX_VALUE)));
    String[] one = call(channel, "One").split(" ");
    String[] two = call(channel, "Two").split(" ");
    String socket = folder.resolve("g.sock").toString();
    assertThat(one).endsWith("1", "One", "1", socket);
    assertThat(two).containsExactly(one[0], "2", "Two", "1", socket);
  }

  @Test
  void persistentProgramCannotServeAStream() throws Exception {
    GatewayConfig config = config(Map.of(), program("others", "cat", true, Integer.MAX_VALUE));
    assertThatThrownBy(() -> serve(config))
        .isInstanceOf(GatewayException.class)
        .hasMessageContaining(
            "method test.Three/Stream has a stream, which a persistent program cannot serve: give"
                + " it a program of its own under methods");
  }

  @Test
  void concurrencyCountsTheCallsOfAllMethods() throws Exception {
    Channel channel =
        serve(
            config(
                Map.of(),
                program(
                    "others",
                    "echo >up; until test -e go; do sleep 0.02; done; " + ANSWER,
                    false,
                    1)));
    var replies = new StreamRecorder<HelloReply>();
    ClientCalls.asyncUnaryCall(
        channel.newCall(method("One"), CallOptions.DEFAULT),
        HelloRequest.getDefaultInstance(),
        replies);
    Await.until("the first call runs", () -> Files.exists(folder.resolve("up")));
    assertThat(call(channel, "Two"))
        .isEqualTo(
            "RESOURCE_EXHAUSTED: the program of test.Three/Two has 1 calls already, as many as its"
                + " concurrency allows; try again later");
    Files.createFile(folder.resolve("go"));
    assertThat(replies.status()).isEqualTo(Status.OK);
    assertThat(call(channel, "Two")).isEqualTo("first Two");
  }

  @Test
  void programKnowsTheSocketOfItsCaller() throws Exception {
    Path narrow = folder.resolve("narrow.sock");
    MethodConfig others = program("others", "echo '{\"message\":\"'\"$GRPCOS_SOCKET\"'\"}'");
    Channel channel =
        serve(
            config(Map.of(), others)
                .withSockets(
                    List.of(
                        new SocketConfig(
                            new ListenConfig(narrow, 0600, null),
                            List.of(new NamePattern(SERVICE + "/One")),
                            List.of()))));
    assertThat(call(channel, "One")).isEqualTo(folder.resolve("g.sock").toString());
    Channel through = client(narrow);
    assertThat(call(through, "One")).isEqualTo(narrow.toString());
    assertThat(call(through, "Two")).startsWith("PERMISSION_DENIED");
  }
}
