package dev.grpcos.gateway.reflection;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.SourceCodeInfo.Location;
import com.google.protobuf.Descriptors.FileDescriptor;
import dev.grpcos.gateway.Gateway;
import dev.grpcos.gateway.GatewayOptions;
import dev.grpcos.gateway.OpenResources;
import dev.grpcos.gateway.SocketClient;
import dev.grpcos.gateway.StreamRecorder;
import dev.grpcos.gateway.config.ConfigSource;
import dev.grpcos.gateway.config.GatewayConfig;
import io.grpc.CallOptions;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.reflection.v1.ServiceResponse;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests both versions through a real socket, with the descriptors that the build wrote. */
class ReflectionServiceTest {
  private static final String V1 = "grpc.reflection.v1.ServerReflection";
  private static final String V1ALPHA = "grpc.reflection.v1alpha.ServerReflection";

  @AutoClose private final OpenResources open = new OpenResources();
  private Gateway gateway;
  private SocketClient clients;

  @BeforeEach
  void start(@TempDir Path folder) throws Exception {
    gateway =
        open.add(
            Gateway.start(
                ConfigSource.fixed(GatewayConfig.defaults(folder.resolve("g.sock"))),
                GatewayOptions.DEFAULT));
    clients = open.add(new SocketClient(gateway.socket()));
  }

  @ParameterizedTest
  @ValueSource(strings = {V1, V1ALPHA})
  void servicesAreListedSorted(String service) throws Exception {
    var list = ServerReflectionRequest.newBuilder().setListServices("").build();

    assertThat(ask(service, list).get(0).getListServicesResponse().getServiceList())
        .extracting(ServiceResponse::getName)
        .containsExactly(
            "grpc.health.v1.Health", V1, V1ALPHA, "grpcos.admin.v1.Admin", "helloworld.Greeter");
  }

  @ParameterizedTest
  @ValueSource(strings = {V1, V1ALPHA})
  void everyServiceLinksFromReflection(String service) throws Exception {
    for (String name :
        List.of(
            "grpc.health.v1.Health", V1, V1ALPHA, "grpcos.admin.v1.Admin", "helloworld.Greeter")) {
      List<ServerReflectionResponse> responses = ask(service, symbol(name));
      FileDescriptor file = link(responses);

      assertThat(file.getServices()).extracting(each -> each.getFullName()).contains(name);
    }
  }

  @Test
  void commentsAreKept() throws Exception {
    ByteString bytes =
        ask(V1, symbol("helloworld.Greeter"))
            .get(0)
            .getFileDescriptorResponse()
            .getFileDescriptorProto(0);

    assertThat(FileDescriptorProto.parseFrom(bytes).getSourceCodeInfo().getLocationList())
        .extracting(Location::getLeadingComments)
        .contains(" Sends a greeting.\n");
  }

  @Test
  void wireTypesOfBothVersionsAreTheSame() throws Exception {
    assertThat(shape("grpc/reflection/v1alpha/reflection.proto", "grpc.reflection.v1alpha"))
        .isEqualTo(shape("grpc/reflection/v1/reflection.proto", "grpc.reflection.v1"));
  }

  /** Returns the messages of a file with numbers, names and types of their fields. */
  private List<String> shape(String file, String scope) throws Exception {
    var request = ServerReflectionRequest.newBuilder().setFileByFilename(file).build();
    ByteString bytes =
        ask(V1, request).get(0).getFileDescriptorResponse().getFileDescriptorProto(0);
    List<String> shape = new ArrayList<>();
    for (var message : FileDescriptorProto.parseFrom(bytes).getMessageTypeList()) {
      for (var field : message.getFieldList()) {
        shape.add(
            "%s %s %d %s %s"
                .formatted(
                    message.getName(),
                    field.getName(),
                    field.getNumber(),
                    field.getType(),
                    field.getTypeName().replace("." + scope + ".", "")));
      }
    }
    return shape;
  }

  private static FileDescriptor link(List<ServerReflectionResponse> responses) throws Exception {
    Map<String, FileDescriptorProto> protos = new HashMap<>();
    String first = "";
    for (ByteString bytes :
        responses.get(0).getFileDescriptorResponse().getFileDescriptorProtoList()) {
      FileDescriptorProto proto = FileDescriptorProto.parseFrom(bytes);
      first = first.isEmpty() ? proto.getName() : first;
      protos.put(proto.getName(), proto);
    }
    return link(first, protos);
  }

  private static FileDescriptor link(String name, Map<String, FileDescriptorProto> protos)
      throws Exception {
    FileDescriptorProto proto = Objects.requireNonNull(protos.get(name), name);
    List<FileDescriptor> imports = new ArrayList<>();
    for (String imported : proto.getDependencyList()) {
      imports.add(link(imported, protos));
    }
    return FileDescriptor.buildFrom(proto, imports.toArray(FileDescriptor[]::new));
  }

  private static ServerReflectionRequest symbol(String name) {
    return ServerReflectionRequest.newBuilder().setFileContainingSymbol(name).build();
  }

  private List<ServerReflectionResponse> ask(String service, ServerReflectionRequest request)
      throws Exception {
    var method =
        ServerReflectionGrpc.getServerReflectionInfoMethod().toBuilder()
            .setFullMethodName(service + "/ServerReflectionInfo")
            .build();
    var responses = new StreamRecorder<ServerReflectionResponse>();
    StreamObserver<ServerReflectionRequest> requests =
        ClientCalls.asyncBidiStreamingCall(
            clients.channel().newCall(method, CallOptions.DEFAULT), responses);
    requests.onNext(request);
    requests.onCompleted();
    assertThat(responses.status().isOk()).isTrue();
    return responses.messages();
  }
}
