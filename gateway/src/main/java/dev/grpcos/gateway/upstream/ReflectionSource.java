package dev.grpcos.gateway.upstream;

import dev.grpcos.gateway.forward.Destination;
import dev.grpcos.gateway.forward.Lane;
import dev.grpcos.gateway.reflection.ReflectionService;
import dev.grpcos.gateway.schema.SchemaException;
import io.grpc.CallOptions;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * Asks the upstream itself: server reflection v1, then v1alpha, whatever v1 failed of.
 *
 * @see <a href="https://github.com/grpc/grpc/blob/master/doc/server-reflection.md">server
 *     reflection</a>
 */
final class ReflectionSource implements DescriptorSource {
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  private final Destination upstream;
  private final Predicate<String> wanted;
  private final Executor worker;

  /**
   * A source of these services.
   *
   * @param worker parses what comes; no event loop
   */
  ReflectionSource(Destination upstream, Predicate<String> wanted, Executor worker) {
    this.upstream = upstream;
    this.wanted = wanted;
    this.worker = worker;
  }

  @Override
  public CompletableFuture<UpstreamSchema> fetch() {
    CompletableFuture<UpstreamSchema> schema = new CompletableFuture<>();
    upstream.authorize(
        authorization ->
            worker.execute(
                () -> {
                  if (upstream.authorizes() && authorization.header() == null) {
                    schema.completeExceptionally(
                        new SchemaException(
                            String.valueOf(authorization.failure().getDescription())));
                    return;
                  }
                  var unused =
                      fetch(0, authorization, "")
                          .whenComplete(
                              (found, failure) -> {
                                if (failure == null) {
                                  schema.complete(found);
                                } else {
                                  schema.completeExceptionally(causeOf(failure));
                                }
                              });
                }));
    return schema;
  }

  /** Fetches by the version of this index, then by the next. */
  private CompletableFuture<UpstreamSchema> fetch(
      int version, Destination.Authorization authorization, String before) {
    String service = ReflectionService.NAMES.get(version);
    MethodDescriptor<ServerReflectionRequest, ServerReflectionResponse> v1 =
        ServerReflectionGrpc.getServerReflectionInfoMethod();
    MethodDescriptor<ServerReflectionRequest, ServerReflectionResponse> method =
        v1.toBuilder()
            .setFullMethodName(
                MethodDescriptor.generateFullMethodName(service, v1.getBareMethodName()))
            .build();
    CallOptions options =
        CallOptions.DEFAULT
            .withExecutor(worker)
            .withDeadlineAfter(SchemaFiles.TIME.toSeconds(), TimeUnit.SECONDS);
    Metadata headers = new Metadata();
    if (authorization.header() != null) {
      headers.put(AUTHORIZATION, authorization.header());
    }
    Lane lane = upstream.lane();
    // Too early for another attempt to connect is no matter: there is another fetch after it.
    long unused = upstream.pause(lane);
    ReflectionFetch fetch = new ReflectionFetch(lane.channel().newCall(method, options), wanted);
    return fetch
        .start(headers)
        .exceptionallyCompose(
            failure -> {
              String reason = before + service + ": " + causeOf(failure).getMessage();
              boolean last = version + 1 == ReflectionService.NAMES.size();
              return last || fetch.answered()
                  ? CompletableFuture.failedFuture(
                      new SchemaException("its reflection failed: " + reason, causeOf(failure)))
                  : fetch(version + 1, authorization, reason + "; ");
            });
  }

  private static Throwable causeOf(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }
}
