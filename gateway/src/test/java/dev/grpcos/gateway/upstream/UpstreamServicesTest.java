package dev.grpcos.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import dev.grpcos.gateway.Await;
import dev.grpcos.gateway.StreamRecorder;
import dev.grpcos.gateway.failure.GatewayException;
import dev.grpcos.proto.admin.v1.AdminGrpc;
import dev.grpcos.proto.admin.v1.GetStatusRequest;
import dev.grpcos.proto.helloworld.GreeterGrpc;
import dev.grpcos.proto.helloworld.HelloReply;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Tests which upstream serves which service. */
@Execution(ExecutionMode.CONCURRENT)
final class UpstreamServicesTest extends UpstreamFixture {
  @Test
  void patternRoutesUnlistedServices() throws Exception {
    gateway(
        TestServer.withServices(
            server("u", greeterService("u")).config("u"), "helloworld.*", "acme.*"));

    StatusRuntimeException failure = callUnknown("acme.Unlisted/Method");
    assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.UNIMPLEMENTED);
    assertThat(failure.getTrailers().get(ORIGIN)).as("the upstream says so").isNull();
    assertThat(callUnknown("other.Service/Method").getTrailers().get(ORIGIN)).isEqualTo("gateway");
  }

  @Test
  void serviceOfTwoUpstreamsGoesToTheFirst() throws Exception {
    gateway(server("a", greeter("a")).config("a"), server("b", greeter("b")).config("b"));
    awaitService("a");
    Await.until(
        "both are known",
        () ->
            AdminGrpc.newBlockingStub(channel)
                .getStatus(GetStatusRequest.getDefaultInstance())
                .getUpstreamsList()
                .stream()
                .allMatch(each -> each.getServices() == 1));

    assertThat(hello()).isEqualTo("a: you");
  }

  @Test
  void serviceConfiguredForTwoUpstreamsIsAnError() {
    assertThatThrownBy(
            () ->
                gateway(
                    TestServer.withServices(TestServer.config("a", "unix:/a"), "acme.Rocket"),
                    TestServer.withServices(TestServer.config("b", "unix:/b"), "acme.Rocket")))
        .isInstanceOf(GatewayException.class)
        .hasMessageContaining("acme.Rocket")
        .hasMessageContaining("upstream a")
        .hasMessageContaining("upstream b");
  }

  @Test
  void serviceGoesToItsConfiguredUpstream() throws Exception {
    gateway(
        server("a", greeter("a")).config("a"),
        TestServer.withServices(server("b", greeter("b")).config("b"), "helloworld.Greeter"));
    awaitService("b");

    assertThat(hello()).isEqualTo("b: you");
  }

  /** The example service with the same name does not answer instead. */
  @Test
  void configuredServiceHasNoOtherRouteWhileItsUpstreamIsDown() throws Exception {
    gateway(
        TestServer.withServices(
            TestServer.config("away", "unix:" + folder.resolve("none.sock")),
            "helloworld.Greeter"));

    assertThat(failure().getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(failure().getStatus().getDescription()).startsWith("upstream away (");
  }

  @Test
  void protosetReplacesReflection() throws Exception {
    Path protoset = TestServer.greeterProtoset(folder);
    gateway(TestServer.withProtoset(server("u", greeterService("u")).config("u"), protoset));

    assertThat(status().getServices()).isEqualTo(1);
    assertThat(hello()).isEqualTo("u: you");
  }

  @Test
  void reloadReadsProtosetsAgain() throws Exception {
    Path protoset = TestServer.greeterProtoset(folder);
    gateway(TestServer.withProtoset(server("u", greeterService("u")).config("u"), protoset));
    FileDescriptorProto more =
        FileDescriptorProto.newBuilder()
            .setName("more.proto")
            .addService(ServiceDescriptorProto.newBuilder().setName("More"))
            .build();
    Files.write(
        protoset,
        FileDescriptorSet.parseFrom(Files.readAllBytes(protoset)).toBuilder()
            .addFile(more)
            .build()
            .toByteArray());

    assertThat(gateway.reload().get(60, TimeUnit.SECONDS).problems()).isEmpty();

    assertThat(status().getServices()).isEqualTo(2);
  }

  @Test
  void replacingUpstreamsLosesNoCall() throws Exception {
    TestServer a = server("a", greeter("a"));
    TestServer b = server("b", greeter("b"));
    gateway(a.config("a"));
    awaitService("a");
    long generation = gateway.generation();
    var replies = new ArrayList<StreamRecorder<HelloReply>>();
    for (int round = 0; round < 20; round++) {
      for (int i = 0; i < 20; i++) {
        var reply = new StreamRecorder<HelloReply>();
        replies.add(reply);
        GreeterGrpc.newStub(channel).sayHello(YOU, reply);
      }
      configured = List.of(round % 2 == 0 ? b.config("b") : a.config("a"));
      assertThat(gateway.reload().get(60, TimeUnit.SECONDS).problems()).isEmpty();
    }

    for (StreamRecorder<HelloReply> reply : replies) {
      assertThat(reply.status()).isEqualTo(Status.OK);
    }
    assertThat(gateway.generation()).isGreaterThan(generation);
  }
}
