package dev.grpcos.cli.schema;

import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.grpcos.cli.failure.CallFailedException;
import dev.grpcos.cli.failure.CliException;
import dev.grpcos.cli.failure.Silence;
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
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Asks a server's reflection service: v1, and v1alpha where v1 fails for whatever reason, be it
 * after it has answered other questions, or by an answer that is an error.
 *
 * <p>The two versions have the same messages, so that one set of classes serves both.
 *
 * @see <a href="https://github.com/grpc/grpc/blob/master/doc/server-reflection.md">server
 *     reflection</a>
 */
final class ReflectionSource implements DescriptorSource {
  private static final MethodDescriptor<ServerReflectionRequest, ServerReflectionResponse> V1 =
      ServerReflectionGrpc.getServerReflectionInfoMethod();
  private static final MethodDescriptor<ServerReflectionRequest, ServerReflectionResponse>
      V1_ALPHA =
          V1.toBuilder()
              .setFullMethodName(
                  io.grpc.reflection.v1alpha.ServerReflectionGrpc.getServerReflectionInfoMethod()
                      .getFullMethodName())
              .build();

  private final Channel channel;
  private final Duration timeout;

  /** The version that answered, once one has. */
  private volatile @Nullable MethodDescriptor<ServerReflectionRequest, ServerReflectionResponse>
      answering;

  ReflectionSource(Channel channel, Duration timeout) {
    this.channel = channel;
    this.timeout = timeout;
  }

  @Override
  public List<String> services() {
    ServerReflectionResponse response =
        insist(ServerReflectionRequest.newBuilder().setListServices("*").build());
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
    return files.isEmpty() && mayHaveADot(Subject.SYMBOL, symbol) ? declaring("." + symbol) : files;
  }

  private List<FileDescriptorProto> declaring(String symbol) {
    return files(question(Subject.SYMBOL, symbol), symbol);
  }

  @Override
  public List<FileDescriptorProto> file(String name) {
    return files(question(Subject.FILE, name), name);
  }

  @Override
  public Map<String, List<FileDescriptorProto>> all(Subject subject, Collection<String> names) {
    List<String> asked = List.copyOf(names);
    List<ServerReflectionResponse> responses =
        ask(asked.stream().map(name -> question(subject, name)).toList());
    StreamFiles stream = new StreamFiles();
    Map<String, List<FileDescriptorProto>> answers = new LinkedHashMap<>();
    for (int i = 0; i < asked.size(); i++) {
      String name = asked.get(i);
      List<FileDescriptorProto> files = null;
      try {
        files = stream.complete(files(responses.get(i), name, stream));
      } catch (CliException e) {
        // It is asked for once more, and told, when it is needed.
      }
      if (files != null && !(files.isEmpty() && mayHaveADot(subject, name))) {
        answers.put(name, files);
      }
    }
    return answers;
  }

  private static ServerReflectionRequest question(Subject subject, String name) {
    ServerReflectionRequest.Builder question = ServerReflectionRequest.newBuilder();
    return subject == Subject.SYMBOL
        ? question.setFileContainingSymbol(name).build()
        : question.setFileByFilename(name).build();
  }

  /** Whether the server may know it by its name with a dot before, see {@link #fileContaining}. */
  private static boolean mayHaveADot(Subject subject, String name) {
    return subject == Subject.SYMBOL && name.indexOf('.') < 0;
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

  private List<FileDescriptorProto> files(ServerReflectionRequest request, String subject) {
    return files(insist(request), subject, new StreamFiles());
  }

  /**
   * The files of the answer that can be read.
   *
   * @throws CliException FAILURE if the server refuses, or none can be read
   */
  private static List<FileDescriptorProto> files(
      ServerReflectionResponse response, String subject, StreamFiles stream) {
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
        files.add(stream.read(bytes));
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

  /** An answer of v1 that is an error, other than that it is not there, is asked of v1alpha too. */
  private ServerReflectionResponse insist(ServerReflectionRequest question) {
    ServerReflectionResponse v1 = checked(question, ask(question));
    if (!isFailure(v1) || answering == V1_ALPHA) {
      return v1;
    }
    String words = v1.getErrorResponse().getErrorMessage();
    String alphaWords;
    try {
      List<ServerReflectionResponse> answers = new ArrayList<>();
      ask(V1_ALPHA, List.of(question), answers);
      ServerReflectionResponse v1alpha = checked(question, answers.get(0));
      if (!isFailure(v1alpha)) {
        return v1alpha;
      }
      alphaWords = v1alpha.getErrorResponse().getErrorMessage();
    } catch (StatusRuntimeException e) {
      alphaWords = words(e.getStatus());
    }
    if (alphaWords.equals(words)) {
      return v1;
    }
    ServerReflectionResponse.Builder both = v1.toBuilder();
    both.getErrorResponseBuilder().setErrorMessage("v1: " + words + "; v1alpha: " + alphaWords);
    return both.build();
  }

  /** What should list the services and does not is as good as an error, and not an empty list. */
  private static ServerReflectionResponse checked(
      ServerReflectionRequest question, ServerReflectionResponse answer) {
    if (!question.hasListServices()
        || answer.hasListServicesResponse()
        || answer.hasErrorResponse()) {
      return answer;
    }
    return answer.toBuilder()
        .setErrorResponse(
            ErrorResponse.newBuilder()
                .setErrorCode(Status.Code.INTERNAL.value())
                .setErrorMessage("the answer has none"))
        .build();
  }

  private static boolean isFailure(ServerReflectionResponse response) {
    return response.hasErrorResponse()
        && response.getErrorResponse().getErrorCode() != Status.Code.NOT_FOUND.value();
  }

  private ServerReflectionResponse ask(ServerReflectionRequest question) {
    return ask(List.of(question)).get(0);
  }

  /** Asks v1 and what it leaves unanswered v1alpha, which is asked alone once it had to be. */
  private List<ServerReflectionResponse> ask(List<ServerReflectionRequest> questions) {
    List<ServerReflectionResponse> answers = new ArrayList<>();
    StatusRuntimeException v1 = null;
    if (answering != V1_ALPHA) {
      try {
        ask(V1, questions, answers);
        answering = V1;
        return answers;
      } catch (StatusRuntimeException e) {
        v1 = e;
      }
    }
    try {
      ask(V1_ALPHA, questions, answers);
      answering = V1_ALPHA;
      return answers;
    } catch (StatusRuntimeException v1alpha) {
      if (v1 == null) {
        throw failed(v1alpha.getStatus(), v1alpha);
      }
      v1alpha.addSuppressed(v1);
      throw failed(both(v1.getStatus(), v1alpha.getStatus()), v1alpha);
    }
  }

  /** What a stream leaves unanswered is asked on another, as long as each brings an answer. */
  private void ask(
      MethodDescriptor<ServerReflectionRequest, ServerReflectionResponse> version,
      List<ServerReflectionRequest> questions,
      List<ServerReflectionResponse> answers) {
    while (answers.size() < questions.size()) {
      int before = answers.size();
      List<ServerReflectionRequest> rest = questions.subList(before, questions.size());
      // Each window of questions has the time that a single one has.
      Duration bound = timeout.multipliedBy((rest.size() - 1) / ReflectionStream.WINDOW + 1L);
      Deadline own = Deadline.after(bound.toNanos(), TimeUnit.NANOSECONDS);
      Deadline first = LookupDeadline.current(own);
      CallOptions options = CallOptions.DEFAULT.withDeadline(first);
      try {
        ReflectionStream.ask(channel.newCall(version, options), rest, answers);
      } catch (StatusRuntimeException e) {
        if (answers.size() == before) {
          // Whoever has set the other deadline tells of it.
          throw first.equals(own) && Silence.isIn(e.getStatus()) ? silent(bound, e) : e;
        }
      }
      if (answers.size() == before) {
        throw Status.INTERNAL.withDescription("ended without an answer").asRuntimeException();
      }
    }
  }

  private static StatusRuntimeException silent(Duration bound, StatusRuntimeException cause) {
    return Status.DEADLINE_EXCEEDED
        .withDescription(Silence.words(bound))
        .withCause(cause)
        .asRuntimeException();
  }

  /** The failure of both versions, told once where it is the same. */
  private Status both(Status v1, Status v1alpha) {
    if (answering == null
        && v1.getCode() == Status.Code.UNIMPLEMENTED
        && v1alpha.getCode() == v1.getCode()) {
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
    // gRPC's own words tell of each attempt, of which there may be a thousand.
    String description = Silence.isIn(status) ? "no answer in time" : status.getDescription();
    return description == null ? status.getCode().name() : status.getCode() + " " + description;
  }

  private static CallFailedException failed(Status status, StatusRuntimeException cause) {
    return new CallFailedException(
        status.getCause() == null ? status.withCause(cause) : status,
        cause.getTrailers(),
        "server reflection");
  }
}
