package dev.grpcos.gateway.local;

import dev.grpcos.gateway.process.OwnProcess;
import dev.grpcos.gateway.route.RoutedMethod;
import dev.grpcos.proto.admin.v1.AdminGrpc;
import dev.grpcos.proto.admin.v1.EndTapRequest;
import dev.grpcos.proto.admin.v1.EndTapResponse;
import dev.grpcos.proto.admin.v1.GetStatusRequest;
import dev.grpcos.proto.admin.v1.GetStatusResponse;
import dev.grpcos.proto.admin.v1.ReloadRequest;
import dev.grpcos.proto.admin.v1.ReloadResponse;
import dev.grpcos.proto.admin.v1.ServeRequest;
import dev.grpcos.proto.admin.v1.ServeResponse;
import dev.grpcos.proto.admin.v1.ShareRequest;
import dev.grpcos.proto.admin.v1.ShareResponse;
import dev.grpcos.proto.admin.v1.StopRequest;
import dev.grpcos.proto.admin.v1.StopResponse;
import dev.grpcos.proto.admin.v1.TapRequest;
import dev.grpcos.proto.admin.v1.TapResponse;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Reports the gateway's status and calls, reloads its configuration, stops it, and serves the
 * services of a command.
 */
final class AdminService extends AdminGrpc.AdminImplBase {
  private final GatewayStatus gateway;
  private final Supplier<List<RoutedMethod>> methods;
  private final Set<LastingCall<?, ?>> lasting = ConcurrentHashMap.newKeySet();

  /**
   * Creates the service.
   *
   * @param methods returns the methods that sockets can offer
   */
  AdminService(GatewayStatus gateway, Supplier<List<RoutedMethod>> methods) {
    this.gateway = gateway;
    this.methods = methods;
  }

  @Override
  public void getStatus(GetStatusRequest request, StreamObserver<GetStatusResponse> responses) {
    responses.onNext(status(request));
    responses.onCompleted();
  }

  /** Returns the answer to a request for the status. */
  GetStatusResponse status(GetStatusRequest request) {
    return StatusReport.of(request, gateway, methods);
  }

  @Override
  public void stop(StopRequest request, StreamObserver<StopResponse> responses) {
    gateway.shutdown();
    responses.onNext(
        StopResponse.newBuilder()
            .setPid(OwnProcess.pid())
            .setDrain(StatusReport.duration(gateway.drain()))
            .setCallsInFlight(Math.max(0, gateway.callsInFlight() - 1))
            .build());
    responses.onCompleted();
  }

  @Override
  public void reload(ReloadRequest request, StreamObserver<ReloadResponse> observer) {
    var responses = (ServerCallStreamObserver<ReloadResponse>) observer;
    // A caller that is gone needs no answer, but without a handler, answering would throw.
    responses.setOnCancelHandler(() -> {});
    var unused =
        gateway
            .reload()
            .thenAccept(
                result -> {
                  responses.onNext(
                      ReloadResponse.newBuilder()
                          .addAllProblems(result.problems())
                          .addAllRestart(result.restart())
                          .build());
                  responses.onCompleted();
                });
  }

  @Override
  public StreamObserver<ServeRequest> serve(StreamObserver<ServeResponse> observer) {
    ServeCall call =
        new ServeCall(gateway, (ServerCallStreamObserver<ServeResponse>) observer, lasting::remove);
    lasting.add(call);
    return call;
  }

  @Override
  public StreamObserver<ShareRequest> share(StreamObserver<ShareResponse> observer) {
    ShareCall call =
        new ShareCall(
            gateway, methods, (ServerCallStreamObserver<ShareResponse>) observer, lasting::remove);
    lasting.add(call);
    return call;
  }

  @Override
  public void tap(TapRequest request, StreamObserver<TapResponse> responses) {
    TapCall.start(gateway, request, (ServerCallStreamObserver<TapResponse>) responses);
  }

  @Override
  public void endTap(EndTapRequest request, StreamObserver<EndTapResponse> responses) {
    if (gateway.taps().finish(request.getTap())) {
      responses.onNext(EndTapResponse.getDefaultInstance());
      responses.onCompleted();
    } else {
      responses.onError(
          Status.NOT_FOUND
              .withDescription("there is no tap " + request.getTap())
              .asRuntimeException());
    }
  }

  /** Ends the calls that last as long as the gateway serves. */
  void ending() {
    gateway.taps().close();
    lasting.forEach(LastingCall::gatewayEnds);
  }
}
