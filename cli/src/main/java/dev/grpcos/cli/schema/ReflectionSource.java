package dev.grpcos.cli.schema;

import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.grpcos.cli.CallFailedException;
import dev.grpcos.cli.CliException;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.Deadline;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.reflection.v1.ErrorResponse;
import io.grpc.reflection.v1.ExtensionRequest;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.reflection.v1.ServiceResponse;
import io.grpc.stub.ClientCalls;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Asks a server's reflection service: v1, and v1alpha where v1 fails for whatever reason.
 *
 * <p>Each question has a stream of its own that is half-closed with it, because a stream left open
 * keeps some proxies from ending the connection. The two versions have the same messages, so that
 * one set of classes serves both.
 *
 * @see <a href="https://github.com/grpc/grpc/blob/master/doc/server-reflection.md">server
 *     reflection</a>
 */
final class ReflectionSource implements DescriptorSource {
  private static final MethodDescriptor<ServerReflectionRequest, ServerReflectionResponse> V1 =
      asServerStreaming(ServerReflectionGrpc.getServerReflectionInfoMethod().getFullMethodName());
  private static final MethodDescriptor<ServerReflectionRequest, ServerReflectionResponse>
      V1_ALPHA =
          asServerStreaming(
              io.grpc.reflection.v1alpha.ServerReflectionGrpc.getServerReflectionInfoMethod()
                  .getFullMethodName());

  private final Channel channel;
  private final Duration timeout;

  /** The version that answered, once one has. */
  private volatile @Nullable MethodDescriptor<ServerReflectionRequest, ServerReflectionResponse>
      answering;

  ReflectionSource(Channel channel, Duration timeout) {
    this.channel = channel;
    this.timeout = timeout;
  }

  /** One request and a half-close is what a server-streaming call puts on the wire. */
  private static MethodDescriptor<ServerReflectionRequest, ServerReflectionResponse>
      asServerStreaming(String fullMethodName) {
    return ServerReflectionGrpc.getServerReflectionInfoMethod().toBuilder()
        .setType(MethodDescriptor.MethodType.SERVER_STREAMING)
        .setFullMethodName(fullMethodName)
        .build();
  }

  @Override
  public List<String> services() {
    ServerReflectionResponse response =
        ask(ServerReflectionRequest.newBuilder().setListServices("*").build());
    if (response.hasErrorResponse()) {
      throw refused(response.getErrorResponse(), "the list of services");
    }
    return response.getListServicesResponse().getServiceList().stream()
        .map(ServiceResponse::getName)
        // grpc-js puts a dot before what has no package
        .map(name -> name.startsWith(".") ? name.substring(1) : name)
        .toList();
  }

  @Override
  public List<FileDescriptorProto> fileContaining(String symbol) {
    List<FileDescriptorProto> files = declaring(symbol);
    // grpc-js puts a dot before what has no package
    return files.isEmpty() && symbol.indexOf('.') < 0 ? declaring("." + symbol) : files;
  }

  private List<FileDescriptorProto> declaring(String symbol) {
    return files(
        ServerReflectionRequest.newBuilder().setFileContainingSymbol(symbol).build(), symbol);
  }

  @Override
  public List<FileDescriptorProto> file(String name) {
    return files(ServerReflectionRequest.newBuilder().setFileByFilename(name).build(), name);
  }

  @Override
  public List<FileDescriptorProto> fileContainingExtension(String message, int number) {
    return files(
        ServerReflectionRequest.newBuilder()
            .setFileContainingExtension(
                ExtensionRequest.newBuilder().setContainingType(message).setExtensionNumber(number))
            .build(),
        "extension " + number + " of " + message);
  }

  /** A server that does not tell them is one that knows none. */
  @Override
  public List<Integer> extensionNumbers(String message) {
    return ask(ServerReflectionRequest.newBuilder().setAllExtensionNumbersOfType(message).build())
        .getAllExtensionNumbersResponse()
        .getExtensionNumberList();
  }

  @Override
  public Collection<FileDescriptorProto> given() {
    return List.of();
  }

  /**
   * The files of the answer that can be read.
   *
   * @throws CliException FAILURE if the server refuses, or none can be read
   */
  private List<FileDescriptorProto> files(ServerReflectionRequest request, String subject) {
    ServerReflectionResponse response = ask(request);
    if (response.hasErrorResponse()) {
      ErrorResponse error = response.getErrorResponse();
      if (error.getErrorCode() == Status.Code.NOT_FOUND.value()) {
        return List.of();
      }
      throw CliException.failure(
          "the server's reflection answers for %s: %s %s",
          subject, Status.fromCodeValue(error.getErrorCode()).getCode(), error.getErrorMessage());
    }
    List<FileDescriptorProto> files = new ArrayList<>();
    InvalidProtocolBufferException broken = null;
    for (ByteString bytes : response.getFileDescriptorResponse().getFileDescriptorProtoList()) {
      try {
        files.add(FileDescriptorProto.parseFrom(bytes));
      } catch (InvalidProtocolBufferException e) {
        broken = e;
      }
    }
    if (files.isEmpty() && broken != null) {
      throw CliException.failure(
          broken, "the server's reflection sent a broken descriptor for %s", subject);
    }
    return files;
  }

  private static CallFailedException refused(ErrorResponse error, String subject) {
    return new CallFailedException(
        Status.fromCodeValue(error.getErrorCode())
            .withDescription("server reflection of " + subject + ": " + error.getErrorMessage()),
        null,
        "server reflection");
  }

  private ServerReflectionResponse ask(ServerReflectionRequest request) {
    MethodDescriptor<ServerReflectionRequest, ServerReflectionResponse> known = answering;
    if (known != null) {
      try {
        return ask(known, request);
      } catch (StatusRuntimeException e) {
        throw failed(e.getStatus(), e);
      }
    }
    try {
      ServerReflectionResponse response = ask(V1, request);
      answering = V1;
      return response;
    } catch (StatusRuntimeException v1) {
      try {
        ServerReflectionResponse response = ask(V1_ALPHA, request);
        answering = V1_ALPHA;
        return response;
      } catch (StatusRuntimeException v1alpha) {
        v1alpha.addSuppressed(v1);
        throw failed(both(v1.getStatus(), v1alpha.getStatus()), v1alpha);
      }
    }
  }

  private ServerReflectionResponse ask(
      MethodDescriptor<ServerReflectionRequest, ServerReflectionResponse> version,
      ServerReflectionRequest request) {
    Iterator<ServerReflectionResponse> responses =
        ClientCalls.blockingServerStreamingCall(
            channel,
            version,
            CallOptions.DEFAULT.withDeadline(
                LookupDeadline.current(Deadline.after(timeout.toNanos(), TimeUnit.NANOSECONDS))),
            request);
    if (!responses.hasNext()) {
      throw Status.INTERNAL.withDescription("ended without an answer").asRuntimeException();
    }
    ServerReflectionResponse response = responses.next();
    // To the end of the stream: the status comes last, and nothing of it stays open.
    while (responses.hasNext()) {
      responses.next();
    }
    return response;
  }

  /** The failure of both versions, told once where it is the same. */
  private static Status both(Status v1, Status v1alpha) {
    if (v1.getCode() == Status.Code.UNIMPLEMENTED && v1alpha.getCode() == v1.getCode()) {
      return v1.withDescription(
          "the server has no reflection service, neither v1 nor v1alpha, to tell its methods");
    }
    if (words(v1).equals(words(v1alpha))) {
      return v1;
    }
    // Whoever lacks v1 altogether has said least about what went wrong.
    Status told = v1.getCode() == Status.Code.UNIMPLEMENTED ? v1alpha : v1;
    return told.withDescription(
        "server reflection failed: v1: " + words(v1) + "; v1alpha: " + words(v1alpha));
  }

  private static String words(Status status) {
    String description = status.getDescription();
    return description == null ? status.getCode().name() : status.getCode() + " " + description;
  }

  private static CallFailedException failed(Status status, StatusRuntimeException cause) {
    return new CallFailedException(
        status.getCause() == null ? status.withCause(cause) : status,
        cause.getTrailers(),
        "server reflection");
  }
}
