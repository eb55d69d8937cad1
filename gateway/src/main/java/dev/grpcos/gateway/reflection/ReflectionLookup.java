package dev.grpcos.gateway.reflection;

import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.grpcos.gateway.schema.DescriptorFile;
import dev.grpcos.gateway.schema.FileNeeds;
import dev.grpcos.gateway.schema.FileTable;
import dev.grpcos.gateway.text.DurationText;
import io.grpc.CallOptions;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.reflection.v1.ErrorResponse;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.reflection.v1.ServiceResponse;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A lookup: queries to a server's reflection service, and the queries that follow from the answers.
 * These ask for imports by name, then for types and options that no file declares.
 *
 * <p>One stream uses v1. v1alpha is used for the requests that v1 does not answer, because of an
 * error in the stream or the end of the stream. All steps run in one sequence of tasks; any thread
 * may call the public methods.
 */
public final class ReflectionLookup {
  private final ReflectionClient client;
  private final Plan plan;
  private final Executor sequence;
  private final CallOptions options;
  private final Metadata headers;

  /** The files that the caller already has, and the received files. */
  private final FileTable files;

  private final CompletableFuture<ReflectionAnswers> result = new CompletableFuture<>();
  private final Queue<Request> queue = new ArrayDeque<>();
  private final Set<ReflectionQuery> known = new HashSet<>();
  private final ReflectionAnswers answers = new ReflectionAnswers(known);

  /** The requests that v1 answered with an error. */
  private final Queue<Request> refused = new ArrayDeque<>();

  /** Files whose types are not examined yet. */
  private final List<FileDescriptorProto> fresh = new ArrayList<>();

  private final AnsweredFiles received = new AnsweredFiles();
  private @Nullable Status v1Failure;
  private long lastAnswer = System.nanoTime();
  private boolean expired;
  private @Nullable ReflectionExchange exchange;

  /**
   * The parameters of a lookup.
   *
   * @param queries the initial queries
   * @param held files that the caller already has
   * @param imports whether to query missing imports, types and options as well
   * @param services selects the listed services to query as well
   */
  public record Plan(
      Collection<? extends ReflectionQuery> queries,
      FileTable held,
      boolean imports,
      Predicate<String> services) {}

  /**
   * A query in flight.
   *
   * @param query the original query
   * @param asked the same query, or one with a dot before its name
   * @param depth the number of imports that lead to it
   * @param refusal the error of v1, if any
   */
  record Request(
      ReflectionQuery query, ReflectionQuery asked, int depth, @Nullable Status refusal) {}

  ReflectionLookup(
      ReflectionClient client,
      Plan plan,
      Executor sequence,
      CallOptions options,
      Metadata headers) {
    this.client = client;
    this.plan = plan;
    this.sequence = sequence;
    this.options = options;
    this.headers = headers;
    this.files = new FileTable(plan.held());
  }

  /** Returns the result, which completes with the answers or with a {@link ReflectionException}. */
  public CompletableFuture<ReflectionAnswers> result() {
    return result;
  }

  /** Checks for a silent server. The caller must call this every {@link ReflectionBounds#TICK}. */
  public void tick() {
    sequence.execute(this::checkTime);
  }

  /** Cancels the lookup. */
  public void cancel() {
    result.cancel(false);
    sequence.execute(
        () -> {
          if (exchange != null) {
            exchange.cancel("the lookup was cancelled");
          }
        });
  }

  private void checkTime() {
    Duration idle = Duration.ofNanos(System.nanoTime() - lastAnswer);
    if (exchange == null || expired) {
      return;
    }
    if (idle.compareTo(client.answerTimeout()) >= 0) {
      expired = true;
      exchange.cancel("silent");
    } else if (idle.compareTo(ReflectionBounds.TICK) >= 0) {
      exchange.halfClose();
    }
  }

  void start() {
    try {
      for (ReflectionQuery query : plan.queries()) {
        ask(query, 0);
      }
    } catch (ReflectionException e) {
      result.completeExceptionally(e);
      return;
    }
    open(client.version());
  }

  private void open(ReflectionVersion version) {
    lastAnswer = System.nanoTime();
    expired = false;
    ReflectionExchange next = new ReflectionExchange(this, version);
    exchange = next;
    next.start(client.call(version, options), headers);
  }

  private void ask(ReflectionQuery query, int depth) throws ReflectionException {
    if (known.add(query)) {
      if (known.size() > ReflectionBounds.REQUESTS) {
        throw ReflectionBounds.exceeded(
            "it needs more than %,d requests".formatted(ReflectionBounds.REQUESTS));
      }
      queue.add(new Request(query, query, depth, null));
    }
  }

  /** Returns the next request, or null if it depends on another answer. */
  @Nullable Request next() {
    while (true) {
      Request next = queue.poll();
      if (next == null || !(next.asked() instanceof ReflectionQuery.File file)) {
        return next;
      }
      // A queued file may already have arrived with another answer.
      if (next.depth() == 0 || !files.has(file.name())) {
        return next;
      }
    }
  }

  /**
   * Returns whether the lookup has more queries for this version after all requests are answered.
   */
  boolean needsMore() throws ReflectionException {
    if (!plan.imports()) {
      return false;
    }
    for (FileDescriptorProto file : List.copyOf(fresh)) {
      for (String name : FileNeeds.types(file, files)) {
        ask(new ReflectionQuery.Symbol(name), 1);
      }
      if (!FileNeeds.imports(file, files).isEmpty()) {
        for (Map.Entry<String, Set<Integer>> missing : FileNeeds.options(file, files).entrySet()) {
          for (int number : missing.getValue()) {
            ask(new ReflectionQuery.Extension(missing.getKey(), number), 1);
          }
        }
      }
    }
    fresh.clear();
    return !queue.isEmpty();
  }

  /** Processes the answer to a request. */
  void answered(Request request, ServerReflectionResponse response, ReflectionVersion version)
      throws ReflectionException {
    lastAnswer = System.nanoTime();
    client.noteAnswer();
    Status error = error(request, response);
    if (error == null) {
      error = take(request, response);
    }
    if (error == null) {
      if (version == ReflectionVersion.V1_ALPHA
          && (request.refusal() != null || v1Failure != null)) {
        client.prefer(version);
      }
    } else if (error.getCode() == Status.Code.NOT_FOUND) {
      notFound(request);
    } else if (version == ReflectionVersion.V1) {
      refused.add(new Request(request.query(), request.asked(), request.depth(), error));
    } else {
      fail(request, error);
    }
  }

  /**
   * Returns the error in an answer, or null. A service query without a list in its answer is an
   * error.
   */
  private static @Nullable Status error(Request request, ServerReflectionResponse response) {
    if (response.hasErrorResponse()) {
      ErrorResponse error = response.getErrorResponse();
      return Status.fromCodeValue(error.getErrorCode()).withDescription(error.getErrorMessage());
    }
    return request.query() instanceof ReflectionQuery.Services
            && !response.hasListServicesResponse()
        ? Status.INTERNAL.withDescription("the answer has no list")
        : null;
  }

  /** Tries another name: grpc-js puts a dot before names without a package. */
  private void notFound(Request request) {
    if (request.query() instanceof ReflectionQuery.Symbol symbol
        && request.asked().equals(request.query())) {
      queue.add(
          new Request(
              symbol,
              new ReflectionQuery.Symbol("." + symbol.name()),
              request.depth(),
              request.refusal()));
    } else {
      answers.add(request.query(), List.of());
    }
  }

  private void fail(Request request, Status error) {
    Status refusal = request.refusal();
    answers.fail(request.query(), refusal == null ? error : ReflectionFailure.both(refusal, error));
  }

  /** Processes the answer. Returns the error in it, or null. */
  private @Nullable Status take(Request request, ServerReflectionResponse response)
      throws ReflectionException {
    switch (response.getMessageResponseCase()) {
      case LIST_SERVICES_RESPONSE -> {
        List<String> names =
            response.getListServicesResponse().getServiceList().stream()
                .map(ServiceResponse::getName)
                .map(name -> name.startsWith(".") ? name.substring(1) : name)
                .toList();
        if (names.size() > ReflectionBounds.SERVICES) {
          throw ReflectionBounds.exceeded(
              "it has more than %,d services".formatted(ReflectionBounds.SERVICES));
        }
        answers.addServices(names);
        for (String name : names) {
          if (plan.services().test(name)) {
            ask(new ReflectionQuery.Symbol(name), 0);
          }
        }
      }
      case ALL_EXTENSION_NUMBERS_RESPONSE ->
          answers.addNumbers(response.getAllExtensionNumbersResponse().getExtensionNumberList());
      default -> {
        return takeFiles(
            request, response.getFileDescriptorResponse().getFileDescriptorProtoList());
      }
    }
    return null;
  }

  private @Nullable Status takeFiles(Request request, List<ByteString> contents)
      throws ReflectionException {
    List<FileDescriptorProto> named;
    try {
      named = received.of(request.query(), contents);
    } catch (InvalidProtocolBufferException e) {
      return Status.INTERNAL.withDescription("the descriptor cannot be parsed").withCause(e);
    }
    answers.add(request.query(), named);
    for (FileDescriptorProto file : named) {
      if (answers.addFile(file) && files.add(DescriptorFile.of(file))) {
        fresh.add(file);
        if (plan.imports()) {
          askForImports(file, request.depth() + 1);
        }
      }
    }
    if (answers.fileCount() > ReflectionBounds.FILES) {
      throw ReflectionBounds.exceeded(
          "it has more than %,d proto files".formatted(ReflectionBounds.FILES));
    }
    return null;
  }

  private void askForImports(FileDescriptorProto file, int depth) throws ReflectionException {
    List<String> names = FileNeeds.imports(file, files);
    if (!names.isEmpty() && depth > ReflectionBounds.DEPTH) {
      throw ReflectionBounds.exceeded(
          "its files import each other more than %,d deep".formatted(ReflectionBounds.DEPTH));
    }
    for (String name : names) {
      ask(new ReflectionQuery.File(name), depth);
    }
  }

  /** Returns whether the last request is sent, so that the stream can be half-closed. */
  boolean isLast() {
    return !plan.imports() && queue.isEmpty();
  }

  /** Continues after a half-closed stream with the remaining or refused requests, or completes. */
  void finished(ReflectionVersion version) {
    exchange = null;
    if (!queue.isEmpty()) {
      open(version);
      return;
    }
    if (refused.isEmpty()) {
      result.complete(answers);
      return;
    }
    queue.addAll(refused);
    refused.clear();
    open(ReflectionVersion.V1_ALPHA);
  }

  /** Ends the lookup because the server exceeds a limit. */
  void failed(ReflectionException cause) {
    exchange = null;
    result.completeExceptionally(cause);
  }

  /**
   * Continues after a stream that ended early.
   *
   * @param progress whether the stream answered any request
   */
  void ended(
      ReflectionVersion version,
      Collection<Request> unanswered,
      boolean progress,
      Status status,
      Metadata trailers) {
    exchange = null;
    List<Request> rest = new ArrayList<>(unanswered);
    rest.addAll(queue);
    queue.clear();
    queue.addAll(rest);
    Deadline deadline = options.getDeadline();
    Status reason =
        expired
            ? Status.DEADLINE_EXCEEDED.withDescription(
                "no answer within " + DurationText.of(client.answerTimeout()))
            : status.isOk() ? Status.INTERNAL.withDescription("ended without an answer") : status;
    if (result.isDone()) {
      return;
    }
    if (deadline != null && deadline.isExpired()) {
      result.completeExceptionally(new ReflectionException(reason, trailers, false));
    } else if (progress && !expired) {
      open(version);
    } else if (version == ReflectionVersion.V1) {
      v1Failure = reason;
      open(ReflectionVersion.V1_ALPHA);
    } else if (v1Failure == null
        && !queue.isEmpty()
        && queue.stream().allMatch(one -> one.refusal() != null)) {
      queue.forEach(request -> fail(request, reason));
      queue.clear();
      result.complete(answers);
    } else {
      result.completeExceptionally(
          ReflectionFailure.of(v1Failure, reason, trailers, client.hasAnswered()));
    }
  }
}
