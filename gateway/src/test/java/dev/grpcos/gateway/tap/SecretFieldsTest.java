package dev.grpcos.gateway.tap;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldOptions;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.MethodDescriptorProto;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import dev.grpcos.gateway.Gateway;
import dev.grpcos.gateway.GatewayOptions;
import dev.grpcos.gateway.OwnersSocket;
import dev.grpcos.gateway.StreamRecorder;
import dev.grpcos.gateway.call.EncodedMessage;
import dev.grpcos.gateway.config.ConfigSource;
import dev.grpcos.gateway.config.GatewayConfig;
import dev.grpcos.gateway.peer.PeerIdentity;
import dev.grpcos.gateway.process.OwnProcess;
import dev.grpcos.gateway.replay.Replay;
import dev.grpcos.gateway.replay.ReplayOptions;
import dev.grpcos.proto.admin.v1.AdminGrpc;
import dev.grpcos.proto.admin.v1.EndTapRequest;
import dev.grpcos.proto.admin.v1.TapRequest;
import dev.grpcos.proto.admin.v1.TapResponse;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.MethodDescriptor;
import io.grpc.stub.ClientCalls;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretFieldsTest {
  private static final String SECRET = "not-to-be-shown";

  @TempDir Path folder;

  private static FieldDescriptorProto text(String name, int number, boolean secret) {
    return FieldDescriptorProto.newBuilder()
        .setName(name)
        .setNumber(number)
        .setType(FieldDescriptorProto.Type.TYPE_STRING)
        .setLabel(FieldDescriptorProto.Label.LABEL_OPTIONAL)
        .setOptions(FieldOptions.newBuilder().setDebugRedact(secret))
        .build();
  }

  private static FileDescriptorProto schema() {
    return FileDescriptorProto.newBuilder()
        .setName("r.proto")
        .setPackage("r")
        .setSyntax("proto3")
        .addMessageType(
            DescriptorProto.newBuilder()
                .setName("M")
                .addField(text("name", 1, false))
                .addField(text("pin", 2, true)))
        .addService(
            ServiceDescriptorProto.newBuilder()
                .setName("S")
                .addMethod(
                    MethodDescriptorProto.newBuilder()
                        .setName("Get")
                        .setInputType(".r.M")
                        .setOutputType(".r.M")))
        .build();
  }

  /** The secret of a request is not compared in a replay either, because recordings lack it. */
  @Test
  void fieldsThatTheSchemaMarksAreNotReported() throws Exception {
    String call =
        "{\"method\":\"r.S/Get\",\"request\":{\"name\":\"a\",\"pin\":\"(not shown)\"},"
            + "\"response\":{\"name\":\"b\",\"pin\":\""
            + SECRET
            + "\"}}";
    Replay replay =
        Replay.read(
            new ByteArrayInputStream(call.getBytes(UTF_8)),
            "run",
            List.of(schema()),
            ReplayOptions.DEFAULT);
    byte[] request = ("\n\u0001a\u0012\u000f" + SECRET).getBytes(UTF_8);
    try (Gateway gateway =
        Gateway.start(
            ConfigSource.fixed(GatewayConfig.defaults(folder.resolve("g.sock"))),
            GatewayOptions.DEFAULT.withReplay(replay))) {
      Channel channel =
          OwnersSocket.channel(gateway, new PeerIdentity(OwnProcess.uid(), 7, List.of(), 4711));
      StreamRecorder<TapResponse> tap = new StreamRecorder<>();
      AdminGrpc.newStub(channel).tap(TapRequest.getDefaultInstance(), tap);
      long number = tap.first(1).get(0).getOpened().getTap();
      byte[] response =
          ClientCalls.blockingUnaryCall(
              channel,
              MethodDescriptor.<byte[], byte[]>newBuilder()
                  .setType(MethodDescriptor.MethodType.UNARY)
                  .setFullMethodName("r.S/Get")
                  .setRequestMarshaller(EncodedMessage.MARSHALLER)
                  .setResponseMarshaller(EncodedMessage.MARSHALLER)
                  .build(),
              CallOptions.DEFAULT,
              request);
      assertThat(new String(response, UTF_8)).contains(SECRET);
      var unused =
          AdminGrpc.newBlockingStub(channel)
              .endTap(EndTapRequest.newBuilder().setTap(number).build());
      assertThat(tap.status().isOk()).isTrue();
      assertThat(tap.messages().toString())
          .doesNotContain(SECRET)
          .contains(
              "\\\"name\\\":\\\"a\\\",\\\"pin\\\":\\\"(not shown)\\\"", "\\\"name\\\":\\\"b\\\"");
    }
  }
}
