package dev.grpcos.gateway.local;

import dev.grpcos.gateway.policy.SocketCaller;
import dev.grpcos.gateway.policy.SocketRights;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.stub.StreamObserver;

/**
 * The health service. Through a socket that offers some services only, the others are unknown, as
 * if they did not exist.
 */
final class HealthService extends HealthGrpc.HealthImplBase {
  private static final Context.Key<SocketRights> RIGHTS = Context.key("grpcos-socket-rights");

  private final HealthGrpc.AsyncService all;

  /**
   * Creates a service.
   *
   * @param all the health service of all services
   */
  HealthService(HealthGrpc.AsyncService all) {
    this.all = all;
  }

  /**
   * Returns the definition of the service, whose methods know the rights of the caller's socket.
   */
  ServerServiceDefinition definition() {
    return ServerInterceptors.intercept(
        bindService(),
        new ServerInterceptor() {
          @Override
          public <ReqT, RespT> ServerCall.Listener<ReqT> interceptCall(
              ServerCall<ReqT, RespT> call, Metadata headers, ServerCallHandler<ReqT, RespT> next) {
            SocketRights rights = SocketCaller.of(call).socket().rights();
            return Contexts.interceptCall(
                Context.current().withValue(RIGHTS, rights), call, headers, next);
          }
        });
  }

  /** Returns whether the caller's socket shows a service, or the gateway as a whole. */
  private static boolean shows(String service) {
    return service.isEmpty()
        || RIGHTS.get().equals(SocketRights.OWNER)
        || RIGHTS.get().offersSomeOf(service);
  }

  @Override
  public void check(HealthCheckRequest request, StreamObserver<HealthCheckResponse> responses) {
    if (shows(request.getService())) {
      all.check(request, responses);
    } else {
      responses.onError(
          Status.NOT_FOUND
              .withDescription("unknown service " + request.getService())
              .asRuntimeException());
    }
  }

  @Override
  public void watch(HealthCheckRequest request, StreamObserver<HealthCheckResponse> responses) {
    if (shows(request.getService())) {
      all.watch(request, responses);
    } else {
      responses.onNext(
          HealthCheckResponse.newBuilder().setStatus(ServingStatus.SERVICE_UNKNOWN).build());
    }
  }
}
