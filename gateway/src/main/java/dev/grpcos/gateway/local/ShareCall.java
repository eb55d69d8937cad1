package dev.grpcos.gateway.local;

import dev.grpcos.gateway.call.Refusal;
import dev.grpcos.gateway.config.MethodPatterns;
import dev.grpcos.gateway.config.NamePattern;
import dev.grpcos.gateway.config.UpstreamPatterns;
import dev.grpcos.gateway.policy.SocketRights;
import dev.grpcos.gateway.route.RoutedMethod;
import dev.grpcos.gateway.upstream.UpstreamStatus;
import dev.grpcos.proto.admin.v1.ShareRequest;
import dev.grpcos.proto.admin.v1.ShareResponse;
import io.grpc.Context;
import io.grpc.Status;
import io.grpc.SynchronizationContext;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One call of {@code Admin.Share}, during which a socket exists.
 *
 * <p>State and responses are confined to a synchronization context, because requests, the socket
 * and the end of the gateway come from different threads.
 */
final class ShareCall implements StreamObserver<ShareRequest> {
  private final GatewayStatus gateway;
  private final Supplier<List<RoutedMethod>> methods;
  private final ServerCallStreamObserver<ShareResponse> responses;
  private final Consumer<ShareCall> ended;

  private final SynchronizationContext sync =
      new SynchronizationContext(
          (thread, cause) -> {
            throw new IllegalStateException("a call of Admin.Share", cause);
          });
  private boolean requested;
  private boolean finished;
  private @Nullable SharedSocket shared;

  /**
   * Creates the call.
   *
   * @param methods returns the methods that a socket can offer
   * @param ended called once, when the call has ended
   */
  ShareCall(
      GatewayStatus gateway,
      Supplier<List<RoutedMethod>> methods,
      ServerCallStreamObserver<ShareResponse> responses,
      Consumer<ShareCall> ended) {
    this.gateway = gateway;
    this.methods = methods;
    this.responses = responses;
    this.ended = ended;
    responses.setOnCancelHandler(() -> sync.execute(() -> end(null)));
  }

  @Override
  public void onNext(ShareRequest request) {
    sync.execute(() -> take(request));
  }

  @Override
  public void onCompleted() {
    sync.execute(
        () ->
            end(
                requested
                    ? Status.OK
                    : Status.INVALID_ARGUMENT.withDescription(
                        "the request is missing; send the patterns")));
  }

  @Override
  public void onError(Throwable cause) {
    sync.execute(() -> end(null));
  }

  /** Ends the call because the gateway stops. */
  void gatewayEnds() {
    sync.execute(() -> end(Refusal.STOPPING));
  }

  private void take(ShareRequest request) {
    if (finished) {
      return;
    }
    if (requested) {
      end(Status.INVALID_ARGUMENT.withDescription("there are two requests; send one"));
      return;
    }
    requested = true;
    try {
      List<NamePattern> allowed = patterns(request.getAllowList());
      List<NamePattern> upstreams = upstreams(request.getUpstreamsList());
      Path path = request.getSocket().isEmpty() ? null : path(request.getSocket());
      Duration ttl = ttl(request);
      // The socket outlives the request's context, which is cancelled with the call.
      Context.ROOT.run(
          () -> {
            var unused =
                gateway
                    .share(path, allowed, upstreams, ttl, () -> sync.execute(() -> end(Status.OK)))
                    .whenComplete(
                        (socket, failure) -> sync.execute(() -> begin(socket, allowed, failure)));
          });
    } catch (IllegalArgumentException e) {
      end(Status.INVALID_ARGUMENT.withDescription(e.getMessage()).withCause(e));
    }
  }

  private void begin(
      @Nullable SharedSocket socket, List<NamePattern> allowed, @Nullable Throwable failure) {
    if (socket == null) {
      String reason = failure == null ? null : failure.getMessage();
      end(Status.FAILED_PRECONDITION.withDescription(reason).withCause(failure));
    } else if (finished) {
      socket.end();
    } else {
      shared = socket;
      SocketRights rights = socket.access().rights();
      List<RoutedMethod> all = methods.get();
      ShareResponse.Builder response =
          ShareResponse.newBuilder()
              .setSocket(socket.access().path().toString())
              .setMethods(StatusReport.offered(rights, all))
              .setTotal(all.size());
      allowed.stream()
          .filter(
              pattern ->
                  all.stream()
                      .noneMatch(
                          method ->
                              pattern.matches(method.name())
                                  && rights.offers(method.name(), method.route())))
          .forEach(pattern -> response.addUnmatched(pattern.text()));
      responses.onNext(response.build());
    }
  }

  private static List<NamePattern> patterns(List<String> texts) {
    if (texts.isEmpty()) {
      throw new IllegalArgumentException("no pattern of methods; give at least one");
    }
    for (String text : texts) {
      Optional<String> problem = MethodPatterns.problemOfSocket(text);
      if (problem.isPresent()) {
        throw new IllegalArgumentException("pattern '" + text + "' " + problem.get());
      }
    }
    return texts.stream().map(NamePattern::new).toList();
  }

  private List<NamePattern> upstreams(List<String> texts) {
    Set<String> known =
        gateway.upstreams().stream().map(UpstreamStatus::name).collect(Collectors.toSet());
    for (String text : texts) {
      Optional<String> problem = UpstreamPatterns.problem(text, known);
      if (problem.isPresent()) {
        throw new IllegalArgumentException("upstream '" + text + "' " + problem.get());
      }
    }
    return texts.stream().map(NamePattern::new).toList();
  }

  private static Path path(String text) {
    try {
      Path path = Path.of(text);
      if (!path.isAbsolute()) {
        throw new IllegalArgumentException("path " + text + " is not absolute");
      }
      return path.normalize();
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException("path is invalid: " + e.getReason(), e);
    }
  }

  private static @Nullable Duration ttl(ShareRequest request) {
    if (!request.hasTtl()) {
      return null;
    }
    Duration ttl = Duration.ofSeconds(request.getTtl().getSeconds(), request.getTtl().getNanos());
    if (ttl.toMillis() < 1 || ttl.toDays() > 365) {
      throw new IllegalArgumentException("the time to live is " + ttl + "; give 1 ms to 365 days");
    }
    return ttl;
  }

  /**
   * Ends the call and the socket.
   *
   * @param status the status for the caller; null if the caller is gone
   */
  private void end(@Nullable Status status) {
    if (finished) {
      return;
    }
    finished = true;
    if (shared != null) {
      shared.end();
    }
    if (status != null && status.isOk()) {
      responses.onCompleted();
    } else if (status != null) {
      responses.onError(status.asRuntimeException());
    }
    ended.accept(this);
  }
}
