package dev.grpcos.cli.schema;

import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.TextFormat;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.reflection.v1.ErrorResponse;
import io.grpc.reflection.v1.ExtensionNumberResponse;
import io.grpc.reflection.v1.FileDescriptorResponse;
import io.grpc.reflection.v1.ListServiceResponse;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.reflection.v1.ServiceResponse;
import io.grpc.stub.StreamObserver;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A server whose reflection gives the answers that a test has put in, whatever is wrong in them.
 */
final class ScriptedReflection extends ServerReflectionGrpc.ServerReflectionImplBase
    implements AutoCloseable {
  final List<String> services = new ArrayList<>();
  private final Map<String, List<ByteString>> answers = new LinkedHashMap<>();
  private final Map<String, String> refusals = new LinkedHashMap<>();
  private final Server server;
  private final ManagedChannel channel;

  ScriptedReflection() throws Exception {
    InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    server = NettyServerBuilder.forAddress(any).addService(this).build().start();
    channel = NettyChannelBuilder.forAddress("localhost", server.getPort()).usePlaintext().build();
  }

  /** What the client makes of it. */
  Schema schema() {
    return LinkedSchema.reflected(channel);
  }

  /** Answers for a symbol, a file's name, or {@code message#number}. */
  ScriptedReflection answer(String asked, FileDescriptorProto... files) {
    List<ByteString> bytes = new ArrayList<>();
    for (FileDescriptorProto file : files) {
      bytes.add(file.toByteString());
    }
    answers.put(asked, bytes);
    return this;
  }

  ScriptedReflection answerBytes(String asked, ByteString... bytes) {
    answers.put(asked, List.of(bytes));
    return this;
  }

  ScriptedReflection refuse(String asked, String message) {
    refusals.put(asked, message);
    return this;
  }

  static FileDescriptorProto file(String text) throws Exception {
    return TextFormat.parse(text, FileDescriptorProto.class);
  }

  @Override
  public StreamObserver<ServerReflectionRequest> serverReflectionInfo(
      StreamObserver<ServerReflectionResponse> responses) {
    return new StreamObserver<>() {
      @Override
      public void onNext(ServerReflectionRequest request) {
        responses.onNext(respond(request));
      }

      @Override
      public void onError(Throwable t) {}

      @Override
      public void onCompleted() {
        responses.onCompleted();
      }
    };
  }

  private ServerReflectionResponse respond(ServerReflectionRequest request) {
    ServerReflectionResponse.Builder response = ServerReflectionResponse.newBuilder();
    switch (request.getMessageRequestCase()) {
      case LIST_SERVICES -> {
        ListServiceResponse.Builder list = response.getListServicesResponseBuilder();
        services.forEach(name -> list.addService(ServiceResponse.newBuilder().setName(name)));
      }
      case FILE_BY_FILENAME -> files(response, request.getFileByFilename());
      case FILE_CONTAINING_SYMBOL -> files(response, request.getFileContainingSymbol());
      case FILE_CONTAINING_EXTENSION ->
          files(
              response,
              request.getFileContainingExtension().getContainingType()
                  + "#"
                  + request.getFileContainingExtension().getExtensionNumber());
      default -> {
        String prefix = request.getAllExtensionNumbersOfType() + "#";
        ExtensionNumberResponse.Builder numbers = response.getAllExtensionNumbersResponseBuilder();
        answers.keySet().stream()
            .filter(asked -> asked.startsWith(prefix))
            .forEach(asked -> numbers.addExtensionNumber(number(asked)));
      }
    }
    return response.build();
  }

  private static int number(String asked) {
    return Integer.parseInt(asked.substring(asked.indexOf('#') + 1));
  }

  private void files(ServerReflectionResponse.Builder response, String asked) {
    @Nullable List<ByteString> files = answers.get(asked);
    if (files != null) {
      response.setFileDescriptorResponse(
          FileDescriptorResponse.newBuilder().addAllFileDescriptorProto(files));
      return;
    }
    String refusal = refusals.get(asked);
    Status.Code code = refusal == null ? Status.Code.NOT_FOUND : Status.Code.INTERNAL;
    response.setErrorResponse(
        ErrorResponse.newBuilder()
            .setErrorCode(code.value())
            .setErrorMessage(refusal == null ? "not found" : refusal));
  }

  @Override
  public void close() {
    channel.shutdownNow();
    server.shutdownNow();
  }
}
