package dev.grpcos.gateway.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.MethodDescriptorProto;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import dev.grpcos.gateway.forward.UncalledUpstream;
import dev.grpcos.gateway.reflection.DescriptorIndex;
import dev.grpcos.gateway.route.Route;
import dev.grpcos.gateway.route.RouteTable;
import dev.grpcos.proto.helloworld.GreeterGrpc;
import io.grpc.Status;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SeriesTableTest {
  private static final String HELLO = "helloworld.Greeter/SayHello";

  private final AtomicReference<RouteTable> routes = new AtomicReference<>(greeter());
  private final SeriesTable table = new SeriesTable(routes::get);

  /** Returns a table whose descriptors cannot be read. */
  private static RouteTable greeter() {
    return new RouteTable(
        List.of(
            new Route.LocalRoute(
                new GreeterGrpc.GreeterImplBase() {}.bindService(),
                () -> {
                  throw new AssertionError("descriptors of own methods are not needed");
                })));
  }

  /**
   * Returns a table with an upstream whose service has this many methods, {@code s.S/M0} and so on.
   */
  private static RouteTable upstream(int methods) {
    DescriptorIndex descriptors =
        new DescriptorIndex(
            List.of(
                FileDescriptorProto.newBuilder()
                    .setName("s.proto")
                    .setPackage("s")
                    .addService(
                        ServiceDescriptorProto.newBuilder()
                            .setName("S")
                            .addAllMethod(
                                IntStream.range(0, methods)
                                    .mapToObj(
                                        i ->
                                            MethodDescriptorProto.newBuilder()
                                                .setName("M" + i)
                                                .setInputType(".s.M")
                                                .setOutputType(".s.M")
                                                .build())
                                    .toList()))
                    .build()));
    return new RouteTable(
        List.of(
            new Route.UpstreamRoute("s.S", "u", UncalledUpstream.forwarder(), () -> descriptors)));
  }

  private void call(String socket, String method, Status.Code status) {
    CallSeries series = table.of(socket, null, method);
    series.start();
    table.totals(series, status).add(1_000_000, 10, 20);
    series.end();
  }

  private List<String> keys() {
    return table.calls().stream()
        .map(each -> each.method() + " " + each.route() + " " + each.socket())
        .sorted()
        .toList();
  }

  @Test
  void unknownMethodsShareASeries() {
    call("g.sock", HELLO, Status.Code.OK);
    call("g.sock", HELLO, Status.Code.NOT_FOUND);
    call("g.sock", "helloworld.Greeter/Invented1", Status.Code.UNIMPLEMENTED);
    call("g.sock", "helloworld.Greeter/Invented2", Status.Code.UNIMPLEMENTED);
    call("g.sock", "invented.Service/Method", Status.Code.UNIMPLEMENTED);
    call("n.sock", HELLO, Status.Code.OK);

    assertThat(keys())
        .containsExactly(
            HELLO + " local g.sock",
            HELLO + " local n.sock",
            "other local g.sock",
            "other none g.sock");
    CallCounts hello =
        table.calls().stream()
            .filter(each -> each.method().equals(HELLO) && each.socket().equals("g.sock"))
            .findFirst()
            .orElseThrow();
    assertThat(hello.started()).isEqualTo(2);
    assertThat(hello.inFlight()).isZero();
    assertThat(hello.ended()).containsOnlyKeys(Status.Code.OK, Status.Code.NOT_FOUND);
    assertThat(hello.ended().values()).allMatch(each -> each.received().sum() == 10);
  }

  @Test
  void methodWithAnotherRouteIsAnotherSeries() {
    call("g.sock", HELLO, Status.Code.OK);
    routes.set(upstream(1));
    call("g.sock", HELLO, Status.Code.UNIMPLEMENTED);
    call("g.sock", "s.S/M0", Status.Code.OK);
    routes.set(greeter());
    call("g.sock", HELLO, Status.Code.OK);

    assertThat(keys())
        .containsExactly(HELLO + " local g.sock", "other none g.sock", "s.S/M0 upstream:u g.sock");
    assertThat(table.calls())
        .anySatisfy(
            each -> {
              assertThat(each.method()).isEqualTo(HELLO);
              assertThat(each.started()).isEqualTo(2);
            });
  }

  @Test
  void seriesAndTheirStatusesAreBounded() {
    int methods = SeriesTable.MOST + 100;
    routes.set(upstream(methods));
    for (int i = 0; i < methods; i++) {
      call("g.sock", "s.S/M" + i, Status.Code.OK);
      call("g.sock", "s.S/M" + i, Status.Code.INTERNAL);
    }

    List<CallCounts> calls = table.calls();
    assertThat(calls).hasSize(SeriesTable.MOST + 1);
    assertThat(calls.stream().mapToLong(CallCounts::started).sum()).isEqualTo(2L * methods);
    assertThat(calls.stream().mapToInt(each -> each.ended().size()).sum())
        .isLessThanOrEqualTo(SeriesTable.MOST + Status.Code.values().length);
    assertThat(
            calls.stream()
                .flatMap(each -> each.ended().values().stream())
                .flatMap(each -> each.durations().counts().stream())
                .mapToLong(each -> each)
                .sum())
        .isEqualTo(2L * methods);
    assertThat(calls).anyMatch(each -> each.method().equals("other") && each.started() == 200);
  }

  @Test
  void callersAreBounded() {
    for (int uid = 0; uid < 1000; uid++) {
      table.caller(uid).start();
    }

    List<CallerCounts> callers = table.callers();
    assertThat(callers).hasSizeLessThan(300);
    assertThat(callers.stream().mapToLong(CallerCounts::started).sum()).isEqualTo(1000);
    assertThat(callers).anyMatch(each -> each.share() == null && each.started() > 700);
  }
}
