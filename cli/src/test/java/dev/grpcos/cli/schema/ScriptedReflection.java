package dev.grpcos.cli.schema;

import com.google.protobuf.ByteString;
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

/**
 * A server whose reflection gives the answers that a test has put in, whatever is wrong in them.
 */
final class ScriptedReflection implements AutoCloseable {
  private static final MethodDescriptor<ServerReflectionRequest, ServerReflectionResponse> V1 =
      ServerReflectionGrpc.getServerReflectionInfoMethod();
  private static final String V1_ALPHA = "grpc.reflection.v1alpha.ServerReflection";

  final List<String> services = new ArrayList<>();

  /** How many streams were begun, of v1 and of v1alpha. */
  final AtomicInteger streams = new AtomicInteger();

  final AtomicInteger alphaStreams = new AtomicInteger();

  /** The most questions that a stream held unanswered. */
  final AtomicInteger mostWaiting = new AtomicInteger();

  /** The first answer waits for this number of questions. */
  volatile int patience = 1;

  /** Whether what comes behind the first file of an answer is sent once a stream. */
  volatile boolean importsOnce;

  /** With what v1 ends a stream on which something else than the list of services is asked. */
  volatile @Nullable Status lookups;

  /** What v1 answers as an error to whatever it is asked but the list of services. */
  volatile @Nullable String objection;

  /** Whether v1 answers with nothing in it where it is asked for the list of services. */
  volatile boolean listless;

  /** How many more files each file imports that no answer was put in for. */
  volatile int endless;

  /** Whether neither version answers at all. */
  volatile boolean silent;

  /** With what v1alpha ends each stream. */
  volatile @Nullable Status alpha = Status.UNIMPLEMENTED.withDescription("no alpha");

  /** With what a stream ends on which more than so many questions are asked. */
  volatile Status tired = Status.OK;

  volatile int endurance = Integer.MAX_VALUE;
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

  /** What the client makes of it. */
  Schema schema() {
    return LinkedSchema.reflected(channel);
  }

  /** The same, by one who has less patience. */
  Schema schema(Duration timeout) {
    return new LinkedSchema(List.of(), new ServerReflection(channel, timeout));
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

  /** Forgets an answer. */
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

  /** One conversation. */
  private final class Conversation implements StreamObserver<ServerReflectionRequest> {
    private final StreamObserver<ServerReflectionResponse> responses;
    private final boolean isAlpha;
    private final Queue<ServerReflectionRequest> waiting = new ArrayDeque<>();
    private final Set<ByteString> sent = new HashSet<>();
    private int asked;
    private boolean ended;

    Conversation(StreamObserver<ServerReflectionResponse> responses, boolean isAlpha) {
      this.responses = responses;
      this.isAlpha = isAlpha;
    }

    @Override
    public void onNext(ServerReflectionRequest question) {
      Status failure = isAlpha ? alpha : question.hasListServices() ? null : lookups;
      if (ended || silent) {
        return;
      }
      if (failure != null) {
        end(failure);
      } else if (++asked > endurance) {
        answer();
        end(tired);
      } else {
        waiting.add(question);
        mostWaiting.accumulateAndGet(waiting.size(), Math::max);
        if (waiting.size() >= patience) {
          patience = 1;
          answer();
        }
      }
    }

    private void answer() {
      while (!waiting.isEmpty()) {
        ServerReflectionRequest question = waiting.remove();
        responses.onNext(
            listless && !isAlpha && question.hasListServices()
                ? ServerReflectionResponse.getDefaultInstance()
                : objection == null || isAlpha || question.hasListServices()
                    ? once(respond(question))
                    : error(Status.Code.UNIMPLEMENTED, objection));
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

  private ServerReflectionResponse respond(ServerReflectionRequest request) {
    ServerReflectionResponse.Builder response = ServerReflectionResponse.newBuilder();
    switch (request.getMessageRequestCase()) {
      case LIST_SERVICES -> {
        ListServiceResponse.Builder list = response.getListServicesResponseBuilder();
        services.forEach(name -> list.addService(ServiceResponse.newBuilder().setName(name)));
      }
      case FILE_BY_FILENAME -> {
        String name = request.getFileByFilename();
        if (endless > 0) {
          FileDescriptorProto.Builder file = FileDescriptorProto.newBuilder().setName(name);
          for (int i = 0; i < endless; i++) {
            file.addDependency(name + i);
          }
          response
              .getFileDescriptorResponseBuilder()
              .addFileDescriptorProto(file.build().toByteString());
        } else {
          files(response, name);
        }
      }
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
