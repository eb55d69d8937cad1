package dev.grpcos.gateway.local;

import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import dev.grpcos.gateway.policy.SocketAccess;
import dev.grpcos.gateway.policy.SocketRights;
import dev.grpcos.gateway.process.OwnProcess;
import dev.grpcos.gateway.process.Versions;
import dev.grpcos.gateway.upstream.UpstreamStatus;
import dev.grpcos.proto.admin.v1.AdminGrpc;
import dev.grpcos.proto.admin.v1.Calls;
import dev.grpcos.proto.admin.v1.GetStatusRequest;
import dev.grpcos.proto.admin.v1.GetStatusResponse;
import dev.grpcos.proto.admin.v1.Memory;
import dev.grpcos.proto.admin.v1.ReloadRequest;
import dev.grpcos.proto.admin.v1.ReloadResponse;
import dev.grpcos.proto.admin.v1.ServeRequest;
import dev.grpcos.proto.admin.v1.ServeResponse;
import dev.grpcos.proto.admin.v1.ShadowedService;
import dev.grpcos.proto.admin.v1.ShareRequest;
import dev.grpcos.proto.admin.v1.ShareResponse;
import dev.grpcos.proto.admin.v1.Socket;
import dev.grpcos.proto.admin.v1.StopRequest;
import dev.grpcos.proto.admin.v1.StopResponse;
import dev.grpcos.proto.admin.v1.Upstream;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Reports the gateway's status, reloads its configuration, stops it, and serves the services of a
 * command.
 */
final class AdminService extends AdminGrpc.AdminImplBase {
  private final GatewayStatus gateway;
  private final Supplier<List<String>> methods;
  private final Set<ShareCall> sharing = ConcurrentHashMap.newKeySet();
  private final Set<ServeCall> serving = ConcurrentHashMap.newKeySet();

  /**
   * Creates the service.
   *
   * @param methods returns the full names of the methods that sockets can offer
   */
  AdminService(GatewayStatus gateway, Supplier<List<String>> methods) {
    this.gateway = gateway;
    this.methods = methods;
  }

  @Override
  public void getStatus(GetStatusRequest request, StreamObserver<GetStatusResponse> responses) {
    Instant started = gateway.started();
    responses.onNext(
        GetStatusResponse.newBuilder()
            .setPid(OwnProcess.pid())
            .setUid(OwnProcess.uid())
            .setStarted(timestamp(started))
            .setUptime(duration(java.time.Duration.between(started, Instant.now())))
            .setVersions(versions())
            .setSocket(gateway.socket().toString())
            .addAllSockets(sockets())
            .addAllServices(gateway.services())
            .addAllUpstreams(gateway.upstreams().stream().map(AdminService::upstream).toList())
            .setCalls(
                Calls.newBuilder()
                    .setTotal(gateway.calls())
                    .setInFlight(gateway.callsInFlight())
                    .setFailed(gateway.callsFailed())
                    .setConnections(gateway.connections()))
            .setMemory(memory())
            .setDraining(gateway.draining())
            .build());
    responses.onCompleted();
  }

  @Override
  public void stop(StopRequest request, StreamObserver<StopResponse> responses) {
    gateway.shutdown();
    responses.onNext(
        StopResponse.newBuilder()
            .setPid(OwnProcess.pid())
            .setDrain(duration(gateway.drain()))
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
        new ServeCall(gateway, (ServerCallStreamObserver<ServeResponse>) observer, serving::remove);
    serving.add(call);
    return call;
  }

  @Override
  public StreamObserver<ShareRequest> share(StreamObserver<ShareResponse> observer) {
    ShareCall call =
        new ShareCall(
            gateway, methods, (ServerCallStreamObserver<ShareResponse>) observer, sharing::remove);
    sharing.add(call);
    return call;
  }

  private List<Socket> sockets() {
    List<SocketAccess> all = gateway.sockets();
    List<String> offered = all.isEmpty() ? List.of() : methods.get();
    return all.stream().map(socket -> socket(socket, offered)).toList();
  }

  private static Socket socket(SocketAccess access, List<String> methods) {
    SocketRights rights = access.rights();
    return Socket.newBuilder()
        .setPath(access.path().toString())
        .setMethods((int) methods.stream().filter(rights::offers).count())
        .setTotal(methods.size())
        .setCalls(access.calls())
        .setRefused(access.refused())
        .build();
  }

  /** Ends the calls that last as long as the gateway serves. */
  void ending() {
    sharing.forEach(ShareCall::gatewayEnds);
    serving.forEach(ServeCall::gatewayEnds);
  }

  private static dev.grpcos.proto.admin.v1.Versions versions() {
    Versions versions = Versions.read();
    return dev.grpcos.proto.admin.v1.Versions.newBuilder()
        .setGrpcos(versions.grpcos())
        .setGrpc(versions.grpc())
        .setProtobuf(versions.protobuf())
        .setJava(versions.java())
        .build();
  }

  private static Upstream upstream(UpstreamStatus status) {
    return Upstream.newBuilder()
        .setName(status.name())
        .setTarget(status.target())
        .setState(
            switch (status.state()) {
              case CONNECTING -> Upstream.State.CONNECTING;
              case READY -> Upstream.State.READY;
              case FAILING -> Upstream.State.FAILING;
            })
        .setSince(timestamp(status.since()))
        .setLastError(status.lastError())
        .setServices(status.services())
        .addAllShadowed(
            status.shadowed().stream()
                .map(
                    each ->
                        ShadowedService.newBuilder()
                            .setService(each.service())
                            .setHolder(each.holder())
                            .build())
                .toList())
        .build();
  }

  private static Timestamp timestamp(Instant value) {
    return Timestamp.newBuilder()
        .setSeconds(value.getEpochSecond())
        .setNanos(value.getNano())
        .build();
  }

  private static Memory memory() {
    Runtime runtime = Runtime.getRuntime();
    return Memory.newBuilder()
        .setRssBytes(OwnProcess.residentBytes())
        .setHeapUsedBytes(runtime.totalMemory() - runtime.freeMemory())
        .setHeapMaxBytes(runtime.maxMemory())
        .build();
  }

  private static Duration duration(java.time.Duration value) {
    return Duration.newBuilder().setSeconds(value.getSeconds()).setNanos(value.getNano()).build();
  }
}
