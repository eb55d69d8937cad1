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
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests the headers and logins that servers receive. */
final class HeadersTest extends CommandTest {
  private static final String UNARY = "grpc.testing.TestService/UnaryCall";
  private static final Metadata.Key<String> TOKEN =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
  private static final Metadata.Key<String> AGENT =
      Metadata.Key.of("user-agent", Metadata.ASCII_STRING_MARSHALLER);

  /** Requires one token for reflection and another for calls; null for none. */
  private static ServerInterceptor requiring(@Nullable String reflection, @Nullable String calls) {
    return new ServerInterceptor() {
      @Override
      public <Q, R> ServerCall.Listener<Q> interceptCall(
          ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        String expected =
            call.getMethodDescriptor().getFullMethodName().startsWith("grpc.reflection")
                ? reflection
                : calls;
        if (Objects.equals(expected, headers.get(TOKEN))) {
          return next.startCall(call, headers);
        }
        call.close(
            Status.UNAUTHENTICATED.withDescription("not with " + headers.get(TOKEN)),
            new Metadata());
        return new ServerCall.Listener<>() {};
      }
    };
  }

  @ParameterizedTest
  @EnumSource
  void headersAreSentToReflectionToo(CallRoute route) throws Exception {
    String target = servers.unix("h.sock", requiring("Basic bWU6cGFzcw==", "Basic bWU6cGFzcw=="));
    Files.writeString(temporary.resolve("pair"), "me:pass\n");
    String file = "@" + temporary.resolve("pair");
    assertThat(run(route, "list", "-t", target, "-u", file).stdout())
        .contains("grpc.testing.TestService\n");
    assertThat(run(route, "list", "-t", target))
        .isEqualTo(
            new Outcome(80, "", "grpcos: UNAUTHENTICATED: not with null (server reflection)\n"));
    assertThat(run(route, "describe", "-t", target, "TestService", "-u", file).exit()).isZero();
    assertThat(run(route, "template", "-t", target, UNARY, "-u", file).exit()).isZero();
    String header = "authorization: Basic bWU6cGFzcw==";
    assertThat(run(route, "call", "-t", target, UNARY, "-d{}", "-H", header))
        .isEqualTo(new Outcome(0, "{}\n", ""));
    assertThat(
            route
                .on(gateway.grpcos("call", "-t", target, UNARY, "-d{}", "-u", "me"))
                .with("GRPCOS_PASSWORD", "pass")
                .run())
        .isEqualTo(new Outcome(0, "{}\n", ""));
    assertThat(run(route, "health", "-t", target, "-H", header).exit()).isZero();
  }

  @ParameterizedTest
  @EnumSource
  void loginOfTheHostIsReadFromANetrcFile(CallRoute route) throws Exception {
    String target = servers.unix("n.sock", requiring("Basic bWU6cGFzcw==", "Basic bWU6cGFzcw=="));
    Files.writeString(
        temporary.resolve(".netrc"), "default login x password y\nmachine localhost login me\n");
    InProcessCommand fromHome =
        route
            .on(gateway.grpcos("call", "-t", target, UNARY, "-d{}", "--netrc", "-v"))
            .with("HOME", temporary.toString());
    String netrc = temporary.resolve(".netrc").toString();
    assertThat(fromHome.run())
        .isEqualTo(
            new Outcome(
                2,
                "",
                "grpcos: %s, line 2: the entry has no password: add 'password VALUE' to it\n"
                    .formatted(netrc)));
    Files.writeString(Path.of(netrc), "password pass\n", StandardOpenOption.APPEND);
    Outcome called = fromHome.run();
    assertThat(called.stdout()).isEqualTo("{}\n");
    assertThat(called.stderr()).contains("authorization: (not shown)").doesNotContain("bWU6");
    assertThat(run(route, "health", "-t", target, "--netrc-file", netrc).exit()).isZero();
    assertThat(
            run(route, "health", "-t", target, "--netrc-file=" + netrc, "-H", "authorization: x")
                .stderr())
        .contains("not with x");
    assertThat(run(route, "health", "-t", target).exit()).isEqualTo(80);
  }

  @ParameterizedTest
  @EnumSource
  void reflectionAndCallsCanHaveDifferentHeaders(CallRoute route) throws Exception {
    String target = servers.unix("o.sock", requiring("a", "b"));
    String[] both = {
      "call",
      "-t",
      target,
      UNARY,
      "-d{}",
      "--reflect-header",
      "authorization: a",
      "--rpc-header",
      "authorization: b"
    };
    assertThat(run(route, both)).isEqualTo(new Outcome(0, "{}\n", ""));
  }

  @ParameterizedTest
  @EnumSource
  void userAgentBeginsWithTheOption(CallRoute route) throws Exception {
    String target =
        servers.unix(
            "u.sock",
            new ServerInterceptor() {
              @Override
              public <Q, R> ServerCall.Listener<Q> interceptCall(
                  ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
                call.close(Status.ABORTED.withDescription(headers.get(AGENT)), new Metadata());
                return new ServerCall.Listener<>() {};
              }
            });
    assertThat(run(route, "list", "-t", target, "--user-agent", "nightly/2").stderr())
        .startsWith("grpcos: ABORTED: nightly/2 grpc-java-netty/");
  }

  @ParameterizedTest
  @EnumSource
  void healthContinuesTheTraceOfItsCallerAndGrpcurlDoesNot(CallRoute route) throws Exception {
    String target = servers.unix("t.sock", refusingWith("traceparent"));
    String trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    assertThat(traced(route, trace, "health", "-t", target))
        .startsWith("grpcos: ABORTED: " + trace + " (");
    assertThat(traced(route, trace, "health", "-t", target, "-H", "traceparent: mine"))
        .startsWith("grpcos: ABORTED: mine (");
    assertThat(traced(route, trace, "health", "-t", target, "--no-trace"))
        .startsWith("grpcos: ABORTED: null (");
    assertThat(
            traced(
                route,
                trace,
                "grpcurl",
                "-plaintext",
                "-unix",
                target.substring("unix:".length()),
                "list"))
        .contains("null")
        .doesNotContain(trace);
  }

  private String traced(CallRoute route, String trace, String... arguments) {
    return route.on(gateway.grpcos(arguments)).with("TRACEPARENT", trace).run().stderr();
  }

  /** Refuses every call with a message that is the value of this header. */
  private static ServerInterceptor refusingWith(String header) {
    return new ServerInterceptor() {
      @Override
      public <Q, R> ServerCall.Listener<Q> interceptCall(
          ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        String value = headers.get(Metadata.Key.of(header, Metadata.ASCII_STRING_MARSHALLER));
        call.close(Status.ABORTED.withDescription(String.valueOf(value)), new Metadata());
        return new ServerCall.Listener<>() {};
      }
    };
  }
}
