package dev.grpcos.gateway.local;

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
import io.grpc.stub.ServerCallStreamObserver;
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

/** One call of {@code Admin.Share}, during which a socket exists. */
final class ShareCall extends LastingCall<ShareRequest, ShareResponse> {
  private final GatewayStatus gateway;
  private final Supplier<List<RoutedMethod>> methods;
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
      Consumer<LastingCall<?, ?>> ended) {
    super("Admin.Share", "patterns", responses, ended);
    this.gateway = gateway;
    this.methods = methods;
  }

  @Override
  void begin(ShareRequest request) {
    List<NamePattern> allowed = patterns(request.getAllowList());
    List<NamePattern> upstreams = upstreams(request.getUpstreamsList());
    Path path = request.getSocket().isEmpty() ? null : path(request.getSocket());
    Duration ttl = ttl(request);
    // The socket outlives the request's context, which is cancelled with the call.
    Context.ROOT.run(
        () -> {
          var unused =
              gateway
                  .share(path, allowed, upstreams, ttl, () -> run(() -> end(Status.OK)))
                  .whenComplete((socket, failure) -> run(() -> begun(socket, allowed, failure)));
        });
  }

  private void begun(
      @Nullable SharedSocket socket, List<NamePattern> allowed, @Nullable Throwable failure) {
    if (socket == null) {
      refuse(failure);
    } else if (isFinished()) {
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
      respond(response.build());
    }
  }

  @Override
  void halfClosed() {
    end(Status.OK);
  }

  @Override
  void release(@Nullable Status status) {
    if (shared != null) {
      shared.end();
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
}
