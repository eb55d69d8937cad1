package dev.grpcos.gateway.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.grpcos.gateway.Await;
import dev.grpcos.gateway.Gateway;
import dev.grpcos.gateway.GatewayOptions;
import dev.grpcos.gateway.OpenResources;
import dev.grpcos.gateway.OwnersSocket;
import dev.grpcos.gateway.SocketClient;
import dev.grpcos.gateway.config.ConfigSource;
import dev.grpcos.gateway.config.GatewayConfig;
import dev.grpcos.gateway.peer.PeerIdentity;
import dev.grpcos.gateway.process.OwnProcess;
import dev.grpcos.proto.admin.v1.AdminGrpc;
import dev.grpcos.proto.admin.v1.CallerCalls;
import dev.grpcos.proto.admin.v1.GetStatusRequest;
import dev.grpcos.proto.admin.v1.MethodCalls;
import dev.grpcos.proto.admin.v1.Metrics;
import dev.grpcos.proto.admin.v1.StatusCalls;
import dev.grpcos.proto.helloworld.GreeterGrpc;
import dev.grpcos.proto.helloworld.HelloReply;
import dev.grpcos.proto.helloworld.HelloRequest;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CallMetricsTest {
  private static final String HELLO = "helloworld.Greeter/SayHello";
  private static final HelloRequest WORLD = HelloRequest.newBuilder().setName("world").build();
  private static final int STRANGER = 4711;

  @TempDir Path folder;
  @AutoClose private final OpenResources open = new OpenResources();
  private Gateway gateway;
  private SocketClient clients;
  private Channel connection;

  @BeforeEach
  void start() throws Exception {
    gateway =
        open.add(
            Gateway.start(
                ConfigSource.fixed(GatewayConfig.defaults(folder.resolve("g.sock"))),
                GatewayOptions.DEFAULT));
    clients = open.add(new SocketClient(gateway.socket()));
    connection = clients.channel();
  }

  private Metrics metrics() {
    return AdminGrpc.newBlockingStub(connection)
        .getStatus(GetStatusRequest.newBuilder().setMetrics(true).build())
        .getMetrics();
  }

  private MethodCalls calls(String method) {
    return metrics().getMethodsList().stream()
        .filter(each -> each.getMethod().equals(method))
        .findFirst()
        .orElse(MethodCalls.getDefaultInstance());
  }

  private static List<String> statuses(MethodCalls calls) {
    return calls.getStatusesList().stream()
        .map(each -> each.getStatus() + " " + each.getCalls())
        .toList();
  }

  @Test
  void callsOfBothTransportsHaveSizes() throws Exception {
    Channel inProcess =
        OwnersSocket.channel(gateway, new PeerIdentity(OwnProcess.uid(), 7, List.of(), 8));
    HelloReply reply = GreeterGrpc.newBlockingStub(connection).sayHello(WORLD);
    GreeterGrpc.newBlockingStub(inProcess).sayHello(WORLD);

    Await.until("both have ended", () -> statuses(calls(HELLO)).equals(List.of("OK 2")));
    MethodCalls calls = calls(HELLO);
    assertThat(calls.getRoute()).isEqualTo("local");
    assertThat(calls.getSocket()).isEqualTo("g.sock");
    assertThat(calls.getStarted()).isEqualTo(2);
    StatusCalls ok = calls.getStatuses(0);
    assertThat(ok.getReceived().getSum()).isEqualTo(2L * WORLD.getSerializedSize());
    assertThat(ok.getSent().getSum()).isEqualTo(2L * reply.getSerializedSize());
    assertThat(ok.getSeconds().getSum()).isPositive();
    assertThat(ok.getSeconds().getCountsList().stream().mapToLong(each -> each).sum()).isEqualTo(2);
  }

  @Test
  void refusedUnknownAndCancelledCallsCount() throws Exception {
    Channel stranger = OwnersSocket.channel(gateway, new PeerIdentity(STRANGER, 7, List.of(), 8));
    assertThatThrownBy(() -> GreeterGrpc.newBlockingStub(stranger).sayHello(WORLD))
        .isInstanceOf(StatusRuntimeException.class);
    ClientCall<HelloRequest, HelloReply> open =
        connection.newCall(GreeterGrpc.getSayHelloBidiStreamMethod(), CallOptions.DEFAULT);
    open.start(new ClientCall.Listener<>() {}, new Metadata());
    open.sendMessage(WORLD);
    String stream = "helloworld.Greeter/SayHelloBidiStream";
    Await.until("a call in flight", () -> calls(stream).getInFlight() == 1);
    assertThat(calls(stream).getStatusesList()).isEmpty();
    open.cancel("enough", null);
    Await.until("no call in flight", () -> calls(stream).getInFlight() == 0);

    assertThat(statuses(calls(stream))).containsExactly("CANCELLED 1");
    Await.until(
        "the refused call has ended",
        () -> statuses(calls(HELLO)).equals(List.of("PERMISSION_DENIED 1")));
    CallerCalls denied =
        metrics().getCallersList().stream()
            .filter(each -> each.getUid().equals("" + STRANGER))
            .findFirst()
            .orElseThrow();
    assertThat(denied.getStarted()).isEqualTo(1);
    assertThat(denied.getFailed()).isEqualTo(1);
    assertThat(denied.getInFlight()).isZero();
  }

  @Test
  void resourcesAreReported() throws Exception {
    boolean applied = gateway.reload().get().problems().isEmpty();
    assertThat(applied).isTrue();

    Metrics metrics = metrics();
    assertThat(metrics.getReloads().getApplied()).isEqualTo(1);
    assertThat(metrics.getConnectionsList())
        .singleElement()
        .satisfies(
            each -> {
              assertThat(each.getSocket()).isEqualTo("g.sock");
              assertThat(each.getOpen()).isEqualTo(1);
            });
    assertThat(metrics.getProcesses().getLimit()).isEqualTo(32);
    assertThat(metrics.getMessages().getLimitBytes()).isPositive();
    assertThat(metrics.getSecondsBoundsList()).hasSize(41).contains(0.001, 100.0);
  }
}
