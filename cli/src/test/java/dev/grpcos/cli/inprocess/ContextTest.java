package dev.grpcos.cli.inprocess;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.cli.distribution.Outcome;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests commands whose target is a context. */
final class ContextTest extends CommandTest {
  private static final String EMPTY = "TestService/EmptyCall";

  private final Deque<Metadata> received = new ArrayDeque<>();
  private Path config;

  @BeforeEach
  void writeContexts() throws Exception {
    ServerInterceptor recorder =
        new ServerInterceptor() {
          @Override
          public <Q, R> ServerCall.Listener<Q> interceptCall(
              ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
            received.addLast(headers);
            return next.startCall(call, headers);
          }
        };
    String target = servers.unix("context.sock", recorder);
    config = Files.createDirectories(temporary.resolve("config/grpcos"));
    Files.writeString(config.resolve("token"), "secret-1\n");
    Files.writeString(
        config.resolve("contexts.yaml"),
        """
        staging:
          target: "%s"
          credentials: {bearer: {file: token}}
          headers: {tenant: acme, x-api-key: secret-2}
        broken: {target: nowhere}
        """
            .formatted(target));
  }

  private Outcome grpcos(String... arguments) {
    return command(arguments).run();
  }

  private InProcessCommand command(String... arguments) {
    return gateway.grpcos(arguments).with("XDG_CONFIG_HOME", config.resolveSibling("").toString());
  }

  private String last(String key) {
    return String.valueOf(
        received.getLast().get(Metadata.Key.of(key, Metadata.ASCII_STRING_MARSHALLER)));
  }

  @ParameterizedTest
  @EnumSource
  void residentAndProcessUseTheSameContext(CallRoute route) {
    InProcessCommand command = command("call", "-t", "@staging", EMPTY, "-d{}");
    assertThat(route.on(command).run()).isEqualTo(new Outcome(0, "{}\n", ""));
    assertThat(last("authorization")).isEqualTo("Bearer secret-1");
  }

  @Test
  void callsHaveTheHeadersAndCredentialsOfTheContext() {
    assertThat(grpcos("call", "-t", "@staging", EMPTY, "-d{}"))
        .isEqualTo(new Outcome(0, "{}\n", ""));
    assertThat(last("tenant")).isEqualTo("acme");
    assertThat(last("authorization")).isEqualTo("Bearer secret-1");
    assertThat(received)
        .allMatch(
            headers ->
                headers.containsKey(
                    Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER)));
    assertThat(grpcos("list", "-t", "@staging").stdout()).contains("grpc.testing.TestService");
    assertThat(grpcos("health", "-t", "@staging").stdout()).isEqualTo("SERVING\n");
    assertThat(command("call", EMPTY, "-d{}").with("GRPCOS_CONTEXT", "staging").run().exit())
        .isZero();
    assertThat(last("tenant")).isEqualTo("acme");
  }

  @Test
  void optionsTakePrecedence() {
    assertThat(
            grpcos("call", "-t@staging", EMPTY, "-d{}", "-Htenant: other", "-Hauthorization: mine")
                .exit())
        .isZero();
    assertThat(last("tenant")).isEqualTo("other");
    assertThat(last("authorization")).isEqualTo("mine");
  }

  @ParameterizedTest
  @EnumSource
  void unknownNameSuggestsContexts(CallRoute route) {
    assertThat(route.on(command("call", "-t@stagng", EMPTY, "-d{}")).run())
        .isEqualTo(
            new Outcome(
                69,
                "",
                "grpcos: NOT_FOUND: 'stagng' is neither a context nor an upstream of the gateway;"
                    + " did you mean 'staging'? (server reflection)\n"));
    assertThat(route.on(command("health", "-t@production")).run().stderr())
        .startsWith(
            "grpcos: NOT_FOUND: 'production' is neither a context nor an upstream of the gateway;"
                + " the contexts are: staging, broken (");
  }

  @Test
  void unknownNameSuggestsContextsWithoutAGatewayToo() {
    String socket = temporary.resolve("none.sock").toString();
    assertThat(command("list", "-t@stagng").with("GRPCOS_SOCKET", socket).run().stderr())
        .startsWith("grpcos: UNAVAILABLE: no gateway runs at " + socket)
        .endsWith("; there is no context 'stagng' either; did you mean 'staging'?\n");
  }

  @Test
  void secretsAreNotShown() {
    assertThat(grpcos("call", "-t@staging", EMPTY, "-d{}", "-v").stderr())
        .contains("tenant: acme")
        .doesNotContain("secret");
    assertThat(grpcos("call", "-t@staging", EMPTY, "-d{}", "--dry-run").stdout())
        .contains("acme")
        .doesNotContain("secret");
    assertThat(grpcos("context", "show", "staging").stdout())
        .contains("    file: token\n", "  tenant: acme\n", "  x-api-key: (not shown)\n")
        .doesNotContain("secret");
  }

  @Test
  void loginsAndArgumentsOfCommandsAreNotShown() throws Exception {
    Files.writeString(
        config.resolve("contexts.yaml"),
        """
        proxied:
          target: "http://u:secret-3/x@host:1"
          proxy: "http://u:a@secret-4/b@host:2"
          credentials: {bearer: {command: [token, "--key=secret-5", secret-6]}}
        """);
    assertThat(grpcos("context", "show", "proxied").stdout())
        .contains("//...@host:1", "//...@host:2", "command: [token, ...]\n")
        .doesNotContain("secret");
    assertThat(grpcos("context", "list").stdout()).isEqualTo("  proxied  http://...@host:1\n");
    assertThat(grpcos("context", "list", "--json").stdout())
        .contains("//...@host:1")
        .doesNotContain("secret");
  }

  @Test
  void defaultIsKeptInAFileOfItsOwn() throws Exception {
    assertThat(grpcos("context", "use", "stagng").stderr())
        .startsWith("grpcos: no context 'stagng' in ")
        .endsWith("; did you mean 'staging'?\n");
    assertThat(grpcos("context", "use", "staging")).isEqualTo(new Outcome(0, "", ""));
    assertThat(Files.readString(config.resolve("default-context"))).isEqualTo("staging\n");
    assertThat(grpcos("context", "list").stdout())
        .startsWith("* staging  unix:")
        .endsWith("  broken   nowhere\n");
    assertThat(grpcos("context", "use", "--none").exit()).isZero();
    assertThat(config.resolve("default-context")).doesNotExist();
  }

  @ParameterizedTest
  @EnumSource
  void silentWorkloadApiIsReported(CallRoute route) throws Exception {
    Path api = temporary.resolve("silent.sock");
    Files.writeString(
        config.resolve("contexts.yaml"),
        "a: {target: '127.0.0.1:1', spiffe: {socket: %s, server_id: 'spiffe://d.e'}}\n"
            .formatted(api));
    try (ServerSocketChannel silent = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      silent.bind(UnixDomainSocketAddress.of(api));
      assertThat(route.on(command("health", "-t@a", "--connect-timeout=200ms")).run())
          .isEqualTo(
              new Outcome(
                  78,
                  "",
                  "grpcos: UNAVAILABLE: 127.0.0.1:1: the Workload API did not answer within 200ms;"
                      + " allow more time with --connect-timeout\n"));
    }
    assertThat(grpcos("health", "-t@a", "--cacert", "ca.pem").stderr())
        .isEqualTo(
            "grpcos: --cacert and the spiffe of the context exclude each other: leave the option"
                + " out\n");
  }

  @Test
  void problemsNameTheirPlace() {
    assertThat(grpcos("call", "-t@broken", EMPTY, "-d{}"))
        .isEqualTo(
            new Outcome(
                2,
                "",
                "grpcos: %s:5:18: broken.target is invalid: 'nowhere' has no port: give HOST:PORT, as nowhere:443\n"
                    .formatted(config.resolve("contexts.yaml"))));
  }
}
