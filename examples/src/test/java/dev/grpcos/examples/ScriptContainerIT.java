package dev.grpcos.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * The gateway of {@code examples/kubernetes}, and its script's container: namespaces of its own, a
 * root with nothing but {@code bin/grpcos}, and the folder of the script's socket. For root, the
 * containers have the users of the pod; otherwise both have the test's user, which is the harder
 * case.
 */
final class ScriptContainerIT {
  private static final Clone CLONE = Clone.built();
  private static final int PERMISSION_DENIED = 71;
  private static final int UNAVAILABLE = 78;
  private static final String GROUP = "10003";

  /** Whether the containers have the users of the pod. */
  private static boolean twoUsers;

  @TempDir private static Path folder;
  private static Process gateway;

  private record ContainerOutcome(int code, String output) {}

  @BeforeAll
  static void start() throws Exception {
    assumeTrue(
        run(List.of("bwrap", "--unshare-all", "--ro-bind", "/", "/", "true")).code() == 0,
        "bwrap (bubblewrap) is not installed, or may not make namespaces");
    String pod = Files.readString(CLONE.root().resolve("examples/kubernetes/pod.yaml"));
    twoUsers = run(as(10002, "bwrap", "--unshare-all", "--ro-bind", "/", "/", "true")).code() == 0;
    String configuration = configuration(pod).replace("/run/", folder + "/");
    if (!twoUsers) {
      configuration =
          configuration.replace(GROUP, Files.getAttribute(folder, "unix:gid").toString());
    }
    Path file =
        Files.writeString(folder.resolve("gateway.yaml"), configuration + "warmup: false\n");
    Path files = Files.createDirectories(folder.resolve("own"));
    Path token = Files.writeString(files.resolve("token"), "s3cret-token");
    Path shared = Files.createDirectory(folder.resolve("shared"));
    if (twoUsers) {
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
      for (Path each : List.of(files, token, shared)) {
        Files.setAttribute(each, "unix:uid", 10001);
      }
    }
    String[] command = {grpcos(), "gateway", "run", "--config", file.toString()};
    ProcessBuilder builder =
        new ProcessBuilder(twoUsers ? as(10001, command) : List.of(command))
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().put("GRPCOS_JAVA_OPTS", "-XX:TieredStopAtLevel=1");
    gateway = builder.start();
    ContainerOutcome health = owner("health", "--wait=2m");
    assertThat(health.output()).as(Files.readString(folder.resolve("log"))).contains("SERVING");
  }

  /** Returns the gateway's configuration, which is in the first document. */
  private static String configuration(String pod) {
    Object map = new Load(LoadSettings.builder().build()).loadAllFromString(pod).iterator().next();
    for (String key : List.of("data", "gateway.yaml")) {
      map = Objects.requireNonNull(((Map<?, ?>) map).get(key), key);
    }
    return (String) map;
  }

  @AfterAll
  static void stop() throws Exception {
    if (gateway != null) {
      gateway.destroy();
      assertThat(gateway.waitFor(2, TimeUnit.MINUTES)).isTrue();
    }
  }

  private static String grpcos() {
    return CLONE.bin().resolve("grpcos").toString();
  }

  private static Path own() {
    return folder.resolve("own/private/gateway.sock");
  }

  private static ContainerOutcome run(List<String> command) throws Exception {
    Process process;
    try {
      process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectInput(new File("/dev/null"))
              .start();
    } catch (IOException e) {
      return new ContainerOutcome(-1, e.toString());
    }
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    return new ContainerOutcome(Session.end(process), output);
  }

  /** Returns a command line that runs a command as a user of the pod. */
  private static List<String> as(int user, String... command) {
    List<String> line =
        new ArrayList<>(
            List.of("setpriv", "--reuid=" + user, "--regid=" + user, "--groups=" + GROUP, "--"));
    line.addAll(List.of(command));
    return line;
  }

  /** Runs grpcos in the gateway's container. */
  private static ContainerOutcome owner(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(grpcos()));
    command.addAll(List.of(arguments));
    command.addAll(List.of("--socket", own().toString()));
    return run(twoUsers ? as(10001, command.toArray(new String[0])) : command);
  }

  /** Runs grpcos in the script's container. */
  private static ContainerOutcome script(String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.addAll(List.of("bwrap", "--unshare-all", "--die-with-parent", "--clearenv"));
    command.addAll(List.of("--ro-bind", grpcos(), "/bin/grpcos"));
    command.addAll(List.of("--ro-bind", folder + "/shared/script", "/run/grpcos"));
    command.addAll(List.of("--proc", "/proc", "--dev", "/dev"));
    command.addAll(List.of("--setenv", "GRPCOS_SOCKET", "/run/grpcos/gateway.sock"));
    command.add("/bin/grpcos");
    command.addAll(List.of(arguments));
    return run(twoUsers ? as(10002, command.toArray(new String[0])) : command);
  }

  @Test
  void theScriptCallsItsMethodsAndNothingElse() throws Exception {
    assertThat(folder.resolve("shared/script").toFile().list())
        .containsExactlyInAnyOrder("gateway.sock", "gateway.sock.cli");
    assertThat(script("call", "Greeter/SayHello", "name=world").output())
        .isEqualTo("{\"message\":\"Hello world\"}\n");
    assertThat(script("list").output()).isEqualTo("grpc.health.v1.Health\nhelloworld.Greeter\n");
  }

  @Test
  void theScriptDoesNotReachTheAdminService() throws Exception {
    for (List<String> words : List.of(List.of("gateway", "status"), List.of("gateway", "reload"))) {
      ContainerOutcome outcome = script(words.toArray(new String[0]));
      assertThat(outcome.code()).as(outcome.output()).isEqualTo(PERMISSION_DENIED);
      assertThat(outcome.output()).contains("socket gateway.sock does not allow it");
    }
    assertThat(script("gateway", "status", "--socket", own().toString()).code())
        .isEqualTo(UNAVAILABLE);
    assertThat(gateway.isAlive()).isTrue();
  }

  @Test
  void theScriptDoesNotReadTheGatewaysFiles() throws Exception {
    ContainerOutcome outcome =
        script("call", "Greeter/SayHello", "name=@" + folder.resolve("own/token"));

    assertThat(outcome.code()).isNotZero();
    assertThat(outcome.output()).contains("No such file").doesNotContain("s3cret");
  }

  @Test
  void theGatewayKnowsTheUserOfTheScript() throws Exception {
    assumeTrue(twoUsers, "needs root and setpriv, to be two users");
    assertThat(script("call", "Greeter/SayHello").code()).isZero();
    assertThat(owner("gateway", "status").code()).isZero();
    ContainerOutcome owners =
        run(as(10002, grpcos(), "gateway", "status", "--socket", own().toString()));
    assertThat(owners.code()).as(owners.output()).isEqualTo(UNAVAILABLE);
  }

  @Test
  void theGatewayMakesNoConnectionsToTargetsForTheScript() throws Exception {
    try (ServerSocketChannel server = ServerSocketChannel.open()) {
      server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      server.configureBlocking(false);
      int port = ((InetSocketAddress) server.getLocalAddress()).getPort();

      ContainerOutcome outcome = script("call", "--plaintext", "-t", "127.0.0.1:" + port, "a.B/C");

      assertThat(outcome.code()).isEqualTo(UNAVAILABLE);
      assertThat(outcome.output())
          .contains(
              twoUsers
                  ? "targets are for the gateway's own user"
                  : "allows no connections to targets");
      assertThat(server.accept()).isNull();
    }
  }
}
