package dev.grpcos.cli.schema;

import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.TextFormat;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
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
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A server whose reflection returns the answers of a test, valid or not. */
final class ScriptedReflection implements AutoCloseable {
  private static final MethodDescriptor<ServerReflectionRequest, ServerReflectionResponse> V1 =
      ServerReflectionGrpc.getServerReflectionInfoMethod();
  private static final String V1_ALPHA = "grpc.reflection.v1alpha.ServerReflection";

  final List<String> services = new ArrayList<>();

  /** The number of started streams of v1. */
  final AtomicInteger streams = new AtomicInteger();

  /** The number of started streams of v1alpha. */
  final AtomicInteger alphaStreams = new AtomicInteger();

  /** The maximum number of unanswered requests on a stream. */
  final AtomicInteger maxUnanswered = new AtomicInteger();

  /** The number of requests to receive before the first answer. */
  volatile int answerAfter = 1;

  /** Whether the imports in an answer are sent only once for each stream. */
  volatile boolean importsOnce;

  /**
   * The status that ends a stream of v1 after a request other than for the list of services, or
   * null.
   */
  volatile @Nullable Status v1Failure;

  /** The error response of v1 to requests other than for the list of services, or null. */
  volatile @Nullable String v1Error;

  /** Whether v1 answers requests for the list of services with an empty response. */
  volatile boolean listMissing;

  /** The number of further imports of each file that has no answer. */
  volatile int furtherImports;

  /**
   * If not negative, {@code t.Tn}, which has no answer, is a message in a file of this size that
   * uses {@code t.Tn+1} and does not import it.
   */
  volatile int furtherTypes = -1;

  /** Whether neither version answers. */
  volatile boolean silent;

  /** The status that ends each stream of v1alpha, or null. */
  volatile @Nullable Status v1AlphaFailure = Status.UNIMPLEMENTED.withDescription("no alpha");

  /** The status that ends a stream with more than {@link #maxRequests} requests. */
  volatile Status excessFailure = Status.OK;

  volatile int maxRequests = Integer.MAX_VALUE;
  private final Map<String, List<ByteString>> answers = new LinkedHashMap<>();
  private final Map<String, String> refusals = new LinkedHashMap<>();
  private final Server server;
  private final ManagedChannel channel;

  ScriptedReflection() throws Exception {
    InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    server =
        NettyServerBuilder.forAddress(any)
            .addService(service(V1.getServiceName(), streams))
            .addService(service(V1_ALPHA, alphaStreams))
            .build()
            .start();
    channel = NettyChannelBuilder.forAddress("localhost", server.getPort()).usePlaintext().build();
  }

  /** Returns the schema that a client reads from the server. */
  Schema schema() {
    return LinkedSchema.reflected(channel);
  }

  /** Returns the schema that a client with this timeout reads. */
  Schema schema(Duration timeout) {
    return new LinkedSchema(List.of(), new ServerReflection(channel, timeout));
  }

  /** Sets the answer for a symbol, a file's name, or {@code message#number}. */
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

  /** Removes an answer. */
  ScriptedReflection remove(String asked) {
    answers.remove(asked);
    return this;
  }

  int port() {
    return server.getPort();
  }

  ScriptedReflection refuse(String asked, String message) {
    refusals.put(asked, message);
    return this;
  }

  static FileDescriptorProto file(String text) throws Exception {
    return TextFormat.parse(text, FileDescriptorProto.class);
  }

  private ServerServiceDefinition service(@Nullable String name, AtomicInteger begun) {
    String service = Objects.requireNonNull(name);
    return ServerServiceDefinition.builder(service)
        .addMethod(
            V1.toBuilder()
                .setFullMethodName(
                    MethodDescriptor.generateFullMethodName(
                        service, Objects.requireNonNull(V1.getBareMethodName())))
                .build(),
            ServerCalls.asyncBidiStreamingCall(
                responses -> {
                  begun.incrementAndGet();
                  return new Conversation(responses, service.equals(V1_ALPHA));
                }))
        .build();
  }

  /** A reflection stream. */
  private final class Conversation implements StreamObserver<ServerReflectionRequest> {
    private final StreamObserver<ServerReflectionResponse> responses;
    private final boolean isAlpha;
    private final Queue<ServerReflectionRequest> waiting = new ArrayDeque<>();
    private final Set<ByteString> sent = new HashSet<>();
    private int received;
    private boolean ended;

    Conversation(StreamObserver<ServerReflectionResponse> responses, boolean isAlpha) {
      this.responses = responses;
      this.isAlpha = isAlpha;
    }

    @Override
    public void onNext(ServerReflectionRequest request) {
      Status failure = isAlpha ? v1AlphaFailure : request.hasListServices() ? null : v1Failure;
      if (ended || silent) {
        return;
      }
      if (failure != null) {
        end(failure);
      } else if (++received > maxRequests) {
        answer();
        end(excessFailure);
      } else {
        waiting.add(request);
        maxUnanswered.accumulateAndGet(waiting.size(), Math::max);
        if (waiting.size() >= answerAfter) {
          answerAfter = 1;
          answer();
        }
      }
    }

    private void answer() {
      while (!waiting.isEmpty()) {
        ServerReflectionRequest request = waiting.remove();
        responses.onNext(
            listMissing && !isAlpha && request.hasListServices()
                ? ServerReflectionResponse.getDefaultInstance()
                : v1Error == null || isAlpha || request.hasListServices()
                    ? once(respond(request))
                    : error(Status.Code.UNIMPLEMENTED, v1Error));
      }
    }

    private ServerReflectionResponse once(ServerReflectionResponse response) {
      if (!importsOnce || !response.hasFileDescriptorResponse()) {
        return response;
      }
      List<ByteString> files = response.getFileDescriptorResponse().getFileDescriptorProtoList();
      List<ByteString> unsent =
          files.stream().filter(file -> sent.add(file) || file.equals(files.get(0))).toList();
      return response.toBuilder()
          .setFileDescriptorResponse(
              FileDescriptorResponse.newBuilder().addAllFileDescriptorProto(unsent))
          .build();
    }

    private void end(Status status) {
      ended = true;
      if (status.isOk()) {
        responses.onCompleted();
      } else {
        responses.onError(status.asRuntimeException());
      }
    }

    @Override
    public void onError(Throwable t) {}

    @Override
    public void onCompleted() {
      if (!ended && !silent) {
        answer();
        end(Status.OK);
      }
    }
  }

  private static ServerReflectionResponse error(Status.Code code, String message) {
    return ServerReflectionResponse.newBuilder()
        .setErrorResponse(
            ErrorResponse.newBuilder().setErrorCode(code.value()).setErrorMessage(message))
        .build();
  }

  private ByteString furtherType(int number) {
    FileDescriptorProto.Builder file =
        FileDescriptorProto.newBuilder().setName("t" + number + ".proto").setPackage("t");
    file.addMessageTypeBuilder()
        .setName("T" + number)
        .addFieldBuilder()
        .setName("next")
        .setNumber(1)
        .setLabel(FieldDescriptorProto.Label.LABEL_OPTIONAL)
        .setType(FieldDescriptorProto.Type.TYPE_MESSAGE)
        .setTypeName(".t.T" + (number + 1));
    file.getOptionsBuilder().setJavaPackage("p".repeat(furtherTypes));
    return file.build().toByteString();
  }

  private ServerReflectionResponse respond(ServerReflectionRequest request) {
    ServerReflectionResponse.Builder response = ServerReflectionResponse.newBuilder();
    switch (request.getMessageRequestCase()) {
      case LIST_SERVICES -> {
        ListServiceResponse.Builder list = response.getListServicesResponseBuilder();
        services.forEach(name -> list.addService(ServiceResponse.newBuilder().setName(name)));
      }
      case FILE_BY_FILENAME -> {
        String name = request.getFileByFilename();
        if (furtherImports > 0) {
          FileDescriptorProto.Builder file = FileDescriptorProto.newBuilder().setName(name);
          for (int i = 0; i < furtherImports; i++) {
            file.addDependency(name + i);
          }
          response
              .getFileDescriptorResponseBuilder()
              .addFileDescriptorProto(file.build().toByteString());
        } else {
          files(response, name);
        }
      }
      case FILE_CONTAINING_SYMBOL -> {
        String symbol = request.getFileContainingSymbol();
        if (furtherTypes >= 0 && symbol.startsWith("t.T")) {
          response
              .getFileDescriptorResponseBuilder()
              .addFileDescriptorProto(furtherType(Integer.parseInt(symbol.substring(3))));
        } else {
          files(response, symbol);
        }
      }
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
