package dev.grpcos.cli.inprocess;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import dev.grpcos.cli.distribution.Outcome;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests the metadata and the deadlines of {@code grpcos session}, and what it inherits. */
final class SessionMetadataTest extends SessionFixture {
  private static final Metadata.Key<String> TENANT =
      Metadata.Key.of("tenant", Metadata.ASCII_STRING_MARSHALLER);

  /** Starts a server that refuses calls, with their metadata as the message. */
  private String echoing() throws Exception {
    return servers.unix(
        "echo.sock",
        new ServerInterceptor() {
          @Override
          public <Q, R> ServerCall.Listener<Q> interceptCall(
              ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
            if (call.getMethodDescriptor().getServiceName().startsWith("grpc.reflection")) {
              return next.startCall(call, headers);
            }
            Set<String> keys = new TreeSet<>(headers.keys());
            keys.removeAll(
                Set.of("user-agent", "grpc-accept-encoding", "grpc-timeout", "content-type"));
            Iterable<String> tenants = headers.getAll(TENANT);
            Deadline deadline = Context.current().getDeadline();
            call.close(
                Status.ABORTED.withDescription(
                    keys
                        + " "
                        + (tenants == null ? "[]" : ImmutableList.copyOf(tenants))
                        + " "
                        + (deadline == null ? 0 : 1 + deadline.timeRemaining(TimeUnit.HOURS))),
                new Metadata());
            return new ServerCall.Listener<>() {};
          }
        });
  }

  @ParameterizedTest
  @EnumSource
  void metadataOfALineReplacesThatOfTheOptions(CallRoute route) throws Exception {
    Outcome outcome =
        session(
            route,
            List.of("-t", echoing(), "--keep-going", "-H", "tenant: a", "-H", "x: y"),
            "{\"id\":1,\"method\":\"EmptyCall\",\"deadline\":\"90m\"}",
            "{\"id\":2,\"method\":\"EmptyCall\",\"metadata\":{\"Tenant\":[\"b\",\"c\"]}}",
            "{\"id\":3,\"method\":\"StreamingOutputCall\"}");
    assertThat(sorted(outcome))
        .containsExactly(
            failed("1", 1, 10, "ABORTED", "[tenant, x] [a] 2"),
            failed("2", 2, 10, "ABORTED", "[tenant, x] [b, c] 1"),
            failed("3", 3, 10, "ABORTED", "[tenant, x] [a] 0"));
  }

  @ParameterizedTest
  @EnumSource
  void metadataAndDeadlineOfTheServedCallAreInherited(CallRoute route) throws Exception {
    String target = echoing();
    long soon = System.currentTimeMillis() / 1000 + 5400;
    InProcessCommand session =
        gateway
            .grpcos("session", "-t", target, "--inherit", "--keep-going", "-H", "x: y")
            .stdinPipe(
                """
                {"id":1,"method":"EmptyCall"}
                {"id":2,"method":"StreamingOutputCall"}
                """
                    .getBytes(UTF_8));
    InProcessCommand call =
        gateway.grpcos(
            "call", "-t", target, "--inherit", "-H", "tenant: b", "--deadline", "3h", "EmptyCall");
    for (InProcessCommand each : List.of(session, call)) {
      each.with("GRPCOS_DEADLINE", soon + ".250")
          .with(
              "GRPCOS_METADATA",
              "{\"tenant\":[\"a\"],\"x\":[\"z\"],\"user-agent\":[\"u\"],\"grpc-trace-bin\":[\"AA==\"],"
                  + "\"grpcos-upstream\":[\"b\"],\"id-bin\":[\"AQI=\"]}");
    }
    assertThat(sorted(route.on(session).run()))
        .containsExactly(
            failed("1", 1, 10, "ABORTED", "[id-bin, tenant, x] [a] 1"),
            failed("2", 2, 10, "ABORTED", "[id-bin, tenant, x] [a] 2"));
    assertThat(route.on(call).run().stderr()).contains("[id-bin, tenant, x] [b] 2");
  }

  @ParameterizedTest
  @EnumSource
  void nothingIsInheritedWithoutTheOptionOrOutsideOfAProgram(CallRoute route) throws Exception {
    String target = echoing();
    assertThat(
            route
                .on(gateway.grpcos("call", "-t", target, "EmptyCall"))
                .with("GRPCOS_METADATA", "{\"tenant\":[\"a\"]}")
                .run()
                .stderr())
        .contains("[] [] 1");
    assertThat(run(route, "call", "-t", target, "--inherit", "EmptyCall").stderr())
        .contains("[] [] 1");
    assertThat(
            route
                .on(gateway.grpcos("call", "-t", target, "--inherit", "EmptyCall"))
                .with("GRPCOS_DEADLINE", "soon")
                .run())
        .isEqualTo(
            new Outcome(
                2,
                "",
                "grpcos: GRPCOS_DEADLINE is 'soon', not a time in seconds since 1970; leave"
                    + " --inherit out, or correct the variable\n"));
    assertThat(
            route
                .on(gateway.grpcos("call", "-t", target, "--inherit", "EmptyCall"))
                .with("GRPCOS_METADATA", "[]")
                .run()
                .stderr())
        .startsWith("grpcos: GRPCOS_METADATA line 1, column 1: metadata is not an object");
  }
}
