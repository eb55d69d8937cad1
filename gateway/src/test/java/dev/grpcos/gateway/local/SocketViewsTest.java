package dev.grpcos.gateway.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.gateway.call.IncomingCall;
import dev.grpcos.gateway.call.NamedUpstream;
import dev.grpcos.gateway.call.StubCall;
import dev.grpcos.gateway.channel.EventLoops;
import dev.grpcos.gateway.config.ListenConfig;
import dev.grpcos.gateway.config.NamePattern;
import dev.grpcos.gateway.config.SocketConfig;
import dev.grpcos.gateway.forward.Forwarder;
import dev.grpcos.gateway.forward.UncalledUpstream;
import dev.grpcos.gateway.limit.MessageMemory;
import dev.grpcos.gateway.peer.PeerIdentity;
import dev.grpcos.gateway.policy.SocketAccess;
import dev.grpcos.gateway.policy.SocketCaller;
import dev.grpcos.gateway.policy.SocketRights;
import dev.grpcos.gateway.reflection.DescriptorIndex;
import dev.grpcos.gateway.reflection.DescriptorUnion;
import dev.grpcos.gateway.reflection.ShownDescriptors;
import dev.grpcos.gateway.route.Route;
import dev.grpcos.gateway.route.RouteTable;
import dev.grpcos.proto.helloworld.GreeterGrpc;
import dev.grpcos.proto.helloworld.HelloReply;
import dev.grpcos.proto.helloworld.HelloRequest;
import io.grpc.Attributes;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.ServerServiceDefinition;
import io.netty.channel.EventLoopGroup;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SocketViewsTest {
  private static final String SERVICE = "helloworld.Greeter";
  private static final Forwarder NOT_CALLED = UncalledUpstream.forwarder();

  private final EventLoopGroup loops = new EventLoops(1, "test");
  private final DescriptorIndex index =
      new DescriptorIndex(List.of(HelloRequest.getDescriptor().getFile().toProto()));
  private volatile RouteTable table =
      new RouteTable(
          List.of(
              new Route.LocalRoute(ServerServiceDefinition.builder(SERVICE).build(), () -> index)));
  private final SocketViews views = new SocketViews(() -> table, loops);

  @AfterEach
  void end() {
    var unused = loops.shutdownGracefully(0, 0, TimeUnit.SECONDS);
  }

  private static SocketAccess socket(String method) {
    Path path = Path.of("/run/a.sock");
    return new SocketAccess(
        path,
        SocketRights.of(
            new SocketConfig(
                new ListenConfig(path, 0600, null), List.of(new NamePattern(method)), List.of())));
  }

  @Test
  void viewIsNotCreatedOnAnEventLoop() throws Exception {
    CompletableFuture<Boolean> first = new CompletableFuture<>();
    CompletableFuture<DescriptorUnion> shown = new CompletableFuture<>();
    CompletableFuture<Boolean> second = new CompletableFuture<>();
    SocketAccess socket = socket(SERVICE + "/SayHello");
    loops.execute(
        () -> {
          ShownDescriptors descriptors = views.of(new CallThroughSocket(socket));
          descriptors.prepare(
              () -> {
                shown.complete(descriptors.get());
                ShownDescriptors again = views.of(new CallThroughSocket(socket));
                again.prepare(() -> second.complete(true));
                second.complete(false);
              });
          first.complete(shown.isDone());
        });

    assertThat(first.get(60, TimeUnit.SECONDS)).as("created on the loop").isFalse();
    assertThat(shown.get(60, TimeUnit.SECONDS).methods()).containsExactly(SERVICE + "/SayHello");
    assertThat(second.get(60, TimeUnit.SECONDS)).as("kept").isTrue();
  }

  @Test
  void otherThreadsCreateTheirViews() {
    ShownDescriptors descriptors = views.of(new CallThroughSocket(socket("no.Such/Method")));
    descriptors.prepare(() -> {});
    assertThat(descriptors.get().methods()).isEmpty();
  }

  /** Returns routes of which one sends the service to an upstream, and of which "a" has it too. */
  private RouteTable routedTo(String upstream) {
    return new RouteTable(
        List.of(new Route.UpstreamRoute(SERVICE, upstream, NOT_CALLED, () -> index)),
        List.of(),
        List.of(),
        new TreeMap<>(
            Map.of(
                "a",
                new RouteTable(
                    List.of(new Route.UpstreamRoute(SERVICE, "a", NOT_CALLED, () -> index))))));
  }

  /** Returns the methods that a socket shows of the upstream that the caller names. */
  private List<String> methodsOf(String upstream) throws Exception {
    Metadata headers = new Metadata();
    headers.put(NamedUpstream.KEY, upstream);
    return IncomingCall.inProcessFactory(1000, new MessageMemory(() -> 0))
        .newServerStreamTracer("grpc.reflection.v1.ServerReflection/Ask", headers)
        .filterContext(Context.ROOT)
        .call(
            () -> {
              ShownDescriptors descriptors = views.of(new CallThroughSocket(socket("*")));
              descriptors.prepare(() -> {});
              return descriptors.get().methods();
            });
  }

  @Test
  void viewOfANamedUpstreamFollowsTheRoutes() throws Exception {
    table = routedTo("a");
    assertThat(methodsOf("a")).contains(SERVICE + "/SayHello");

    table = routedTo("b");
    assertThat(methodsOf("a")).isEmpty();
  }

  /** A call with the attributes of its socket. */
  private static final class CallThroughSocket extends StubCall<HelloRequest, HelloReply> {
    private final Attributes attributes;

    CallThroughSocket(SocketAccess socket) {
      super(GreeterGrpc.getSayHelloMethod());
      attributes =
          new SocketCaller(new PeerIdentity(1, 1, List.of(), 1), socket).addTo(Attributes.EMPTY);
    }

    @Override
    public Attributes getAttributes() {
      return attributes;
    }
  }
}
