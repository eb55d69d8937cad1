package dev.grpcos.gateway.local;

import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import dev.grpcos.gateway.credential.CredentialStatus;
import dev.grpcos.gateway.policy.SocketAccess;
import dev.grpcos.gateway.policy.SocketRights;
import dev.grpcos.gateway.process.JvmMemory;
import dev.grpcos.gateway.process.OwnProcess;
import dev.grpcos.gateway.process.Versions;
import dev.grpcos.gateway.route.RoutedMethod;
import dev.grpcos.gateway.upstream.UpstreamStatus;
import dev.grpcos.proto.admin.v1.Calls;
import dev.grpcos.proto.admin.v1.Credentials;
import dev.grpcos.proto.admin.v1.GetStatusRequest;
import dev.grpcos.proto.admin.v1.GetStatusResponse;
import dev.grpcos.proto.admin.v1.HttpAddress;
import dev.grpcos.proto.admin.v1.Launch;
import dev.grpcos.proto.admin.v1.Memory;
import dev.grpcos.proto.admin.v1.Reload;
import dev.grpcos.proto.admin.v1.ShadowedService;
import dev.grpcos.proto.admin.v1.Socket;
import dev.grpcos.proto.admin.v1.Upstream;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;

/** The answer of the admin service about the gateway's status. */
final class StatusReport {
  private StatusReport() {}

  /**
   * Returns the status now.
   *
   * @param request whether the answer has metrics
   * @param methods returns the methods that sockets can offer
   */
  static GetStatusResponse of(
      GetStatusRequest request, GatewayStatus gateway, Supplier<List<RoutedMethod>> methods) {
    Instant started = gateway.started();
    GetStatusResponse.Builder report =
        GetStatusResponse.newBuilder()
            .setPid(OwnProcess.pid())
            .setUid(OwnProcess.uid())
            .setStarted(timestamp(started))
            .setUptime(duration(java.time.Duration.between(started, Instant.now())))
            .setVersions(versions())
            .setSocket(gateway.socket().toString())
            .addAllSockets(sockets(gateway.sockets(), methods))
            .addAllServices(gateway.services())
            .addAllUpstreams(gateway.upstreams().stream().map(StatusReport::upstream).toList())
            .setCalls(
                Calls.newBuilder()
                    .setTotal(gateway.calls())
                    .setInFlight(gateway.callsInFlight())
                    .setFailed(gateway.callsFailed())
                    .setConnections(gateway.connections()))
            .setMemory(memory())
            .setDraining(gateway.draining())
            .setLaunch(launch(gateway.origin()));
    if (gateway.configFile() != null) {
      report.setConfigFile(gateway.configFile().toString());
    }
    ReloadRecord reload = gateway.lastReload();
    if (reload != null) {
      report.setLastReload(
          Reload.newBuilder()
              .setTime(timestamp(reload.time()))
              .addAllProblems(reload.result().problems())
              .addAllRestart(reload.result().restart()));
    }
    HttpStatus http = gateway.http();
    if (http != null) {
      report.setHttp(http(http, methods.get()));
    }
    if (request.getMetrics()) {
      report.setMetrics(MetricsReport.of(gateway));
    }
    return report.build();
  }

  private static List<Socket> sockets(
      List<SocketAccess> all, Supplier<List<RoutedMethod>> methods) {
    List<RoutedMethod> offered = all.isEmpty() ? List.of() : methods.get();
    return all.stream().map(socket -> socket(socket, offered)).toList();
  }

  private static Socket socket(SocketAccess access, List<RoutedMethod> methods) {
    SocketRights rights = access.rights();
    return Socket.newBuilder()
        .setPath(access.path().toString())
        .setMethods(offered(rights, methods))
        .setTotal(methods.size())
        .setCalls(access.calls())
        .setRefused(access.refused())
        .build();
  }

  /** Returns the number of these methods that a socket offers. */
  static int offered(SocketRights rights, List<RoutedMethod> methods) {
    return (int)
        methods.stream().filter(method -> rights.offers(method.name(), method.route())).count();
  }

  private static HttpAddress http(HttpStatus status, List<RoutedMethod> methods) {
    SocketAccess access = status.caller().socket();
    return HttpAddress.newBuilder()
        .setAddress(access.name())
        .setUid(status.caller().peer().uid())
        .setMethods(
            (int)
                methods.stream()
                    .filter(method -> status.mayCall().test(method.name(), method.route()))
                    .count())
        .setTotal(methods.size())
        .setConnections(status.connections())
        .setCalls(access.calls())
        .setRefused(access.refused())
        .setRejected(status.rejected())
        .build();
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

  private static Launch launch(ProcessOrigin origin) {
    Launch.Builder launch =
        Launch.newBuilder()
            .setStderr(origin.stderr())
            .setUserUnit(origin.userUnit())
            .setJournal(origin.journal());
    if (origin.logFile() != null) {
      launch.setLogFile(origin.logFile().toString());
    }
    if (origin.unit() != null) {
      launch.setUnit(origin.unit());
    }
    if (origin.restart() != null) {
      launch.setBackground(true).addAllArguments(origin.restart());
    }
    return launch.build();
  }

  private static Upstream upstream(UpstreamStatus status) {
    Upstream.Builder upstream =
        Upstream.newBuilder()
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
            .setServices(status.services().size())
            .addAllOffered(status.offered())
            .addAllShadowed(
                status.shadowed().stream()
                    .map(
                        each ->
                            ShadowedService.newBuilder()
                                .setService(each.service())
                                .setHolder(each.holder())
                                .build())
                    .toList());
    if (status.credentials() != null) {
      upstream.setCredentials(credentials(status.credentials()));
    }
    if (status.certificate() != null) {
      upstream.setCertificate(credentials(status.certificate()));
    }
    return upstream.build();
  }

  private static Credentials credentials(CredentialStatus status) {
    Credentials.Builder credentials = Credentials.newBuilder().setValid(status.valid());
    if (status.expires() != null) {
      credentials.setExpires(timestamp(status.expires()));
    }
    return credentials.build();
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
        .setHeapCommittedBytes(runtime.totalMemory())
        .setDirectUsedBytes(JvmMemory.directUsed())
        .setDirectMaxBytes(JvmMemory.directMax())
        .build();
  }

  static Duration duration(java.time.Duration value) {
    return Duration.newBuilder().setSeconds(value.getSeconds()).setNanos(value.getNano()).build();
  }
}
