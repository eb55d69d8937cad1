package dev.grpcos.gateway.local;

import dev.grpcos.gateway.policy.SocketAccess;
import dev.grpcos.gateway.policy.SocketCaller;
import dev.grpcos.gateway.route.RouteTable;
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
import io.grpc.health.v1.HealthGrpc;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.function.Supplier;

/**
 * The health service. Through a socket that offers some services only, the others are unknown, as
 * if they did not exist.
 */
final class HealthService extends HealthGrpc.HealthImplBase {
  private static final Context.Key<SocketAccess> SOCKET = Context.key("grpcos-socket");

  private final HealthGrpc.AsyncService all;
  private final Supplier<RouteTable> table;

  /**
   * Creates a service.
   *
   * @param all the health service of all services
   * @param table returns the current routes
   */
  HealthService(HealthGrpc.AsyncService all, Supplier<RouteTable> table) {
    this.all = all;
    this.table = table;
  }

  /** Returns the definition of the service, whose methods know the caller's socket. */
  ServerServiceDefinition definition() {
    return ServerInterceptors.intercept(
        bindService(),
        new ServerInterceptor() {
          @Override
          public <ReqT, RespT> ServerCall.Listener<ReqT> interceptCall(
              ServerCall<ReqT, RespT> call, Metadata headers, ServerCallHandler<ReqT, RespT> next) {
            SocketAccess socket = SocketCaller.of(call).socket();
            return Contexts.interceptCall(
                Context.current().withValue(SOCKET, socket), call, headers, next);
          }
        });
  }

  /** Returns whether a socket shows a service, or the gateway as a whole, at present. */
  private boolean shows(SocketAccess socket, String service) {
    return service.isEmpty()
        || socket.rights().offersSomeOf(service, table.get().takenRoute(null, service + "/"));
  }

  @Override
  public void check(HealthCheckRequest request, StreamObserver<HealthCheckResponse> responses) {
    if (shows(SOCKET.get(), request.getService())) {
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
    String service = request.getService();
    SocketAccess socket = SOCKET.get();
    if (shows(socket, service)) {
      all.watch(
          request,
          new ShownStatuses(
              (ServerCallStreamObserver<HealthCheckResponse>) responses,
              () -> shows(socket, service)));
    } else {
      responses.onNext(ShownStatuses.UNKNOWN);
    }
  }
}
