package dev.grpcos.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import dev.grpcos.gateway.Await;
import dev.grpcos.gateway.OpenResources;
import dev.grpcos.gateway.config.GatewayConfig;
import dev.grpcos.gateway.reflection.ReflectionService;
import dev.grpcos.proto.admin.v1.AdminGrpc;
import dev.grpcos.proto.admin.v1.GetStatusRequest;
import dev.grpcos.proto.admin.v1.Upstream;
import dev.grpcos.proto.helloworld.GreeterGrpc;
import dev.grpcos.proto.helloworld.HelloRequest;
import io.grpc.Channel;
import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.reflection.v1.FileDescriptorResponse;
import io.grpc.reflection.v1.ListServiceResponse;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.reflection.v1.ServiceResponse;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests upstreams with invalid or excessive reflection answers. */
@Timeout(180)
class HostileReflectionTest {
  private static final String V1 = ReflectionService.NAMES.get(0);
  private static final String V1ALPHA = ReflectionService.NAMES.get(1);

  @TempDir private Path folder;
  @AutoClose private final OpenResources open = new OpenResources();

  private static ServerServiceDefinition reflection(
      String name, Function<ServerReflectionRequest, ServerReflectionResponse> answer) {
    MethodDescriptor<ServerReflectionRequest, ServerReflectionResponse> method =
        ServerReflectionGrpc.getServerReflectionInfoMethod();
    return ServerServiceDefinition.builder(name)
        .addMethod(
            method.toBuilder()
                .setFullMethodName(
                    MethodDescriptor.generateFullMethodName(name, method.getBareMethodName()))
                .build(),
            ServerCalls.asyncBidiStreamingCall(responses -> answering(answer, responses)))
        .build();
  }

  private static StreamObserver<ServerReflectionRequest> answering(
      Function<ServerReflectionRequest, ServerReflectionResponse> answer,
      StreamObserver<ServerReflectionResponse> responses) {
    return new StreamObserver<>() {
      @Override
      public void onNext(ServerReflectionRequest request) {
        responses.onNext(answer.apply(request));
      }

      @Override
      public void onError(Throwable cause) {
        // The gateway has cancelled the stream.
      }

      @Override
      public void onCompleted() {
        responses.onCompleted();
      }
    };
  }

  private static ServerReflectionResponse services(String... names) {
    ListServiceResponse.Builder list = ListServiceResponse.newBuilder();
    for (String name : names) {
      list.addService(ServiceResponse.newBuilder().setName(name));
    }
    return ServerReflectionResponse.newBuilder().setListServicesResponse(list).build();
  }

  private static ServerReflectionResponse files(ByteString... files) {
    return ServerReflectionResponse.newBuilder()
        .setFileDescriptorResponse(
            FileDescriptorResponse.newBuilder().addAllFileDescriptorProto(List.of(files)))
        .build();
  }

  private AdminGrpc.AdminBlockingStub gateway(ServerServiceDefinition... services)
      throws Exception {
    TestServer server = new TestServer(folder.resolve("u.sock"), List.of(services));
    open.add(server);
    Channel channel =
        open.connect(
            GatewayConfig.defaults(folder.resolve("g.sock"))
                .withUpstreams(List.of(server.config("u"))));
    assertThat(
            GreeterGrpc.newBlockingStub(channel)
                .sayHello(HelloRequest.newBuilder().setName("a").build())
                .getMessage())
        .as("the gateway's own services answer meanwhile")
        .isEqualTo("Hello a");
    return AdminGrpc.newBlockingStub(channel);
  }

  private static Upstream upstream(AdminGrpc.AdminBlockingStub admin) {
    return admin.getStatus(GetStatusRequest.getDefaultInstance()).getUpstreams(0);
  }

  private static void assertLastError(AdminGrpc.AdminBlockingStub admin, String error)
      throws Exception {
    Await.until("the status reports it", () -> upstream(admin).getLastError().contains(error));
    assertThat(upstream(admin).getServices()).isZero();
    assertThat(upstream(admin).getState()).isEqualTo(Upstream.State.READY);
  }

  @Test
  void endlessImportsAreBounded() throws Exception {
    assertLastError(
        gateway(
            reflection(
                V1,
                request ->
                    request.hasListServices()
                        ? services("a.B")
                        : files(importing(request.getFileByFilename() + "x")))),
        "more than 10,000 proto files");
  }

  /** Returns a file with a distinct name and two imports; one of them continues the chain. */
  private static ByteString importing(String name) {
    String next = Integer.toHexString(name.hashCode()) + System.nanoTime();
    return FileDescriptorProto.newBuilder()
        .setName(next)
        .addDependency(next + "a")
        .addDependency(next + "b")
        .build()
        .toByteString();
  }

  @Test
  void numberOfFilesIsBounded() throws Exception {
    ByteString[] all = new ByteString[100_000];
    for (int i = 0; i < all.length; i++) {
      all[i] = FileDescriptorProto.newBuilder().setName("f" + i).build().toByteString();
    }

    assertLastError(
        gateway(
            reflection(V1, request -> request.hasListServices() ? services("a.B") : files(all))),
        "more than 10,000 proto files");
  }

  @Test
  void invalidDescriptorIsReportedAndTheServiceIsServed() throws Exception {
    AdminGrpc.AdminBlockingStub admin =
        gateway(
            reflection(
                V1,
                request ->
                    request.hasListServices()
                        ? services("a.B")
                        : files(ByteString.copyFromUtf8("not a descriptor"))));
    Await.until(
        "the status reports it",
        () ->
            upstream(admin).getLastError().contains("a.B: INTERNAL v1: the descriptor cannot be"));
    assertThat(upstream(admin).getServices()).isEqualTo(1);
  }

  @Test
  void depthOfImportsIsBounded() throws Exception {
    assertLastError(
        gateway(
            reflection(
                V1,
                request ->
                    request.hasListServices()
                        ? services("a.B")
                        : files(
                            FileDescriptorProto.newBuilder()
                                .setName("f" + System.nanoTime())
                                .addDependency("f" + System.nanoTime() + "next")
                                .build()
                                .toByteString()))),
        "import each other more than 256 deep");
  }

  @Test
  void olderVersionIsUsedIfTheNewerFails() throws Exception {
    FileDescriptorProto file =
        FileDescriptorProto.newBuilder()
            .setName("a.proto")
            .setPackage("a")
            .addService(ServiceDescriptorProto.newBuilder().setName("B"))
            .build();
    AdminGrpc.AdminBlockingStub admin =
        gateway(
            reflection(
                V1,
                request -> {
                  throw Status.INTERNAL.withDescription("broken").asRuntimeException();
                }),
            reflection(
                V1ALPHA,
                request ->
                    request.hasListServices() ? services("a.B") : files(file.toByteString())));

    // The routes change when the schema of the upstream changes.
    Await.until(
        "its service is routed",
        () ->
            admin
                .getStatus(GetStatusRequest.getDefaultInstance())
                .getServicesList()
                .contains("a.B"));
    assertThat(upstream(admin).getServices()).isEqualTo(1);
  }

  @Test
  void missingReflectionIsReported() throws Exception {
    AdminGrpc.AdminBlockingStub admin = gateway();

    Await.until("the status reports it", () -> !upstream(admin).getLastError().isEmpty());
    assertThat(upstream(admin).getLastError())
        .isEqualTo(
            "its reflection failed: UNIMPLEMENTED: the server has no reflection service, neither v1"
                + " nor v1alpha");
  }
}
