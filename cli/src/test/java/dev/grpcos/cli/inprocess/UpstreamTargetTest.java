package dev.grpcos.cli.inprocess;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.cli.distribution.Outcome;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests commands for upstreams of a gateway, two of which offer the same service. */
final class UpstreamTargetTest {
  private static final String EMPTY = "TestService/EmptyCall";

  @TempDir private Path folder;
  private InteropServers servers;
  private InProcessGateway gateway;

  @BeforeEach
  void start() throws Exception {
    servers = new InteropServers(folder);
    Path configuration = folder.resolve("gateway.yaml");
    Files.writeString(
        configuration,
        "upstreams:\n  - {name: staging, target: '%s'}\n  - {name: production, target: '%s'}\n"
            .formatted(
                servers.unix("s.sock", failingWith("staging")),
                servers.unix("p.sock", failingWith("production"))));
    gateway = InProcessGateway.start(folder.resolve("gateway.sock"), configuration);
    for (String name : new String[] {"staging", "production"}) {
      InProcessGateway.await(
          name + " is known",
          () -> gateway.grpcos("list", "-t", "@" + name).run().stdout().contains("TestService"));
    }
    InProcessGateway.await(
        "the service has a route",
        () -> gateway.grpcos("list").run().stdout().contains("grpc.testing.TestService"));
  }

  @AfterEach
  void stop() {
    gateway.close();
    servers.close();
  }

  /** Ends calls with the name of the server, so that a test sees which server answered. */
  private static ServerInterceptor failingWith(String name) {
    return new ServerInterceptor() {
      @Override
      public <Q, R> ServerCall.Listener<Q> interceptCall(
          ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        if (!call.getMethodDescriptor().getFullMethodName().endsWith("/EmptyCall")) {
          return next.startCall(call, headers);
        }
        call.close(Status.ABORTED.withDescription(name), new Metadata());
        return new ServerCall.Listener<>() {};
      }
    };
  }

  private Outcome run(CallRoute route, String... arguments) {
    return route.on(gateway.grpcos(arguments)).run();
  }

  @ParameterizedTest
  @EnumSource
  void targetNamesAnUpstream(CallRoute route) {
    for (String name : new String[] {"staging", "production"}) {
      assertThat(run(route, "call", "-t", "@" + name, EMPTY, "-d{}"))
          .isEqualTo(
              new Outcome(
                  74,
                  "",
                  "grpcos: ABORTED: %s (grpc.testing.TestService/EmptyCall)\n".formatted(name)));
      assertThat(run(route, "list", "-t", "@" + name).stdout())
          .isEqualTo("grpc.testing.TestService\n");
    }
    assertThat(run(route, "call", EMPTY, "-d{}").stderr()).contains("ABORTED: staging");
    assertThat(
            route
                .on(gateway.grpcos("call", EMPTY, "-d{}"))
                .with("GRPCOS_TARGET", "@production")
                .run()
                .stderr())
        .contains("ABORTED: production");
    assertThat(run(route, "health", "-t", "@production").stdout()).isEqualTo("SERVING\n");
    assertThat(run(route, "describe", "-t", "@production", EMPTY).exit()).isZero();
    assertThat(run(route, "template", "-t", "@production", EMPTY).exit()).isZero();
    assertThat(run(route, "call", EMPTY, "-d{}", "-H", "grpcos-upstream: production").stderr())
        .contains("ABORTED: production");
  }

  @ParameterizedTest
  @EnumSource
  void unknownUpstreamIsReported(CallRoute route) {
    assertThat(run(route, "call", "-t", "@prod", EMPTY, "-d{}").stderr())
        .startsWith("grpcos: NOT_FOUND: unknown upstream prod; name one of the gateway's");
    assertThat(run(route, "health", "-t", "@prod").stderr())
        .startsWith("grpcos: NOT_FOUND: unknown upstream prod;");
  }

  @ParameterizedTest
  @EnumSource
  void optionsOfServersDoNotApply(CallRoute route) {
    assertThat(run(route, "list", "-t", "@staging", "--cacert", "ca.pem"))
        .isEqualTo(
            new Outcome(
                2,
                "",
                "grpcos: --cacert requires a server: it does not apply to upstream"
                    + " staging of the gateway\n"));
  }

  @Test
  void curlCommandNamesTheUpstream() {
    assertThat(
            run(CallRoute.SOCKET, "call", "-t@staging", EMPTY, "-d{}", "--dry-run=curl").stdout())
        .contains("'grpcos-upstream: staging'");
  }
}
