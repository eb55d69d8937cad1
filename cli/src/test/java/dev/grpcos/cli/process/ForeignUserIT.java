package dev.grpcos.cli.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.grpcos.cli.distribution.Command;
import dev.grpcos.cli.distribution.Distribution;
import dev.grpcos.cli.distribution.Outcome;
import dev.grpcos.cli.resident.Eventually;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Callers and gateways of different users, which takes root to set up. */
final class ForeignUserIT {
  private static final String UID = "65534";
  private static final int GROUP = 54321;
  private static final List<String> NOBODY =
      List.of("setpriv", "--reuid=" + UID, "--regid=" + UID, "--clear-groups");

  /** The same user with a supplementary group. */
  private static final List<String> MEMBER =
      List.of("setpriv", "--reuid=" + UID, "--regid=" + UID, "--groups=" + GROUP);

  @TempDir static Path shared;
  private static Distribution distribution;
  private static TestGateway rootsGateway;

  @BeforeAll
  static void startGateway() throws Exception {
    List<String> nobody = new ArrayList<>(NOBODY.subList(1, NOBODY.size()));
    nobody.add("true");
    assumeTrue(
        new Command(Path.of("/bin/sh"), "-c", "command -v setpriv").run().exit() == 0
            && new Command(Path.of("setpriv"), nobody).run().exit() == 0,
        "needs root, and setpriv of util-linux, to be another user");
    setMode(shared, "rwxr-xr-x");
    distribution = Distribution.built().copyTo(shared.resolve("grpcos"));
    rootsGateway = run(folder("open", 0), List.of(), "--mode", "0666");
  }

  @AfterAll
  static void stopGateway() {
    if (rootsGateway != null) {
      rootsGateway.close();
    }
  }

  private static TestGateway run(Path folder, List<String> user, String... options)
      throws Exception {
    return TestGateway.run(distribution, folder.resolve("g.sock"), user, options);
  }

  /** Creates a folder that every user can enter and only its owner can write to. */
  private static Path folder(String name, int owner) throws Exception {
    Path folder = Files.createDirectories(shared.resolve(name));
    setMode(folder, "rwxr-xr-x");
    Files.setAttribute(folder, "unix:uid", owner);
    return folder;
  }

  private static void setMode(Path path, String mode) throws Exception {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
  }

  private static Command asNobody(TestGateway gateway, String... arguments) {
    return as(NOBODY, gateway, arguments);
  }

  private static Command asMember(TestGateway gateway, String... arguments) {
    return as(MEMBER, gateway, arguments);
  }

  private static Command as(List<String> user, TestGateway gateway, String... arguments) {
    List<String> line = new ArrayList<>(user.subList(1, user.size()));
    line.add(distribution.grpcos().toString());
    line.addAll(List.of(arguments));
    return new Command(Path.of("setpriv"), line)
        .in(shared)
        .with("GRPCOS_SOCKET", gateway.socket().toString());
  }

  @ParameterizedTest
  @CsvSource({
    "list,grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
    "call Greeter/SayHello name=x,grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
    "health,grpc.health.v1.Health/Check",
    "gateway status,grpcos.admin.v1.Admin/GetStatus"
  })
  void anotherUserIsDeniedByName(String command, String method) {
    // The resident refuses a user without rights, so the command starts a process.
    Outcome outcome = asNobody(rootsGateway, command.split(" ")).run();
    assertThat(outcome.stderr())
        .startsWith("grpcos: PERMISSION_DENIED: user ")
        .contains("uid " + UID)
        .endsWith(" may not call " + method + ": only root may; ask the owner of the gateway\n")
        .hasLineCount(1);
    assertThat(outcome.stdout()).isEmpty();
    assertThat(outcome.exit()).isEqualTo(71);
  }

  /** A launcher without a JVM cannot ask the gateway's gRPC socket. */
  @Test
  void theLauncherAloneReportsThatItsUserHasNoRights() throws Exception {
    Path launcher = folder("alone", 0).resolve("grpcos");
    Files.copy(distribution.grpcos(), launcher);
    List<String> line = new ArrayList<>(NOBODY.subList(1, NOBODY.size()));
    line.addAll(List.of(launcher.toString(), "call", "Greeter/SayHello", "name=x"));
    String socket = rootsGateway.socket().toString();
    assertThat(new Command(Path.of("setpriv"), line).with("GRPCOS_SOCKET", socket).run())
        .isEqualTo(
            new Outcome(
                71,
                "",
                ("grpcos: PERMISSION_DENIED: the gateway at %s: no rule permits uid %s to call"
                        + " anything; ask the owner of the gateway\n")
                    .formatted(socket, UID)));
  }

  @Test
  void anotherUserCannotStopTheGateway() {
    Outcome outcome = asNobody(rootsGateway, "gateway", "stop").run();
    assertThat(outcome.stderr()).contains("may not call grpcos.admin.v1.Admin/Stop");
    assertThat(outcome.exit()).isEqualTo(71);
    assertThat(rootsGateway.grpcos("health").run()).isEqualTo(new Outcome(0, "SERVING\n", ""));
  }

  /** The path is not below /tmp, where any user can create files. */
  @Test
  void rootCanUseAnotherUsersGatewayByNameInASafeFolder() throws Exception {
    Path folder = Files.createTempDirectory(Path.of("/run"), "grpcos-test-");
    setMode(folder, "rwxr-xr-x");
    Files.setAttribute(folder, "unix:uid", Integer.parseInt(UID));
    try (TestGateway gateway = run(folder, NOBODY)) {
      String socket = gateway.socket().toString();
      Outcome hello = new Outcome(0, "{\"message\":\"Hello x\"}\n", "");
      for (RunMode warmth : RunMode.values()) {
        Command byOption = gateway.grpcos("call", "Greeter/SayHello", "name=x", "--socket", socket);
        assertThat(warmth.on(byOption).run()).isEqualTo(hello);
        Command byVariable = gateway.grpcos("call", "Greeter/SayHello", "name=x");
        assertThat(warmth.on(byVariable.with("GRPCOS_SOCKET", socket)).run()).isEqualTo(hello);
      }
      Files.createDirectory(folder.resolve("grpcos"));
      Path link = folder.resolve("grpcos/gateway.sock");
      Files.createSymbolicLink(link, gateway.socket());
      Files.createSymbolicLink(Path.of(link + ".cli"), Path.of(socket + ".cli"));
      Command byDefault =
          gateway
              .grpcos("list")
              .with("GRPCOS_SOCKET", "")
              .with("XDG_RUNTIME_DIR", folder.toString());
      // The launcher refuses the socket too, and lets a JVM decide.
      assertThat(byDefault.run())
          .isEqualTo(
              refused(
                  link,
                  ", neither you nor root; name the socket with --socket or GRPCOS_SOCKET if you"
                      + " trust that user"));
    } finally {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  /** With or without the launcher. */
  @Test
  void anotherUsersGatewayIsRefusedWhereAnyUserCouldHaveCreatedIt() throws Exception {
    try (TestGateway gateway = run(folder("other-user", Integer.parseInt(UID)), NOBODY)) {
      Outcome refused =
          refused(
              gateway.socket(),
              ", and the folder /tmp can be written by others; keep the socket in folders that"
                  + " only you, root and that user can write");
      for (String command :
          List.of("list", "call Greeter/SayHello name=x --wait=2s", "gateway stop")) {
        assertThat(gateway.grpcos(command.split(" ")).run()).as(command).isEqualTo(refused);
      }
      assertThat(RunMode.COLD.on(gateway.grpcos("list")).run()).isEqualTo(refused);
      assertThat(asNobody(gateway, "health").run()).isEqualTo(new Outcome(0, "SERVING\n", ""));
    }
  }

  private static Outcome refused(Path socket, String reason) {
    return new Outcome(
        78,
        "",
        "grpcos: UNAVAILABLE: %s: refused, because it is served by uid %s%s\n"
            .formatted(socket, UID, reason));
  }

  /** The member has the group only as a supplementary group. */
  @Test
  void ruleAllowsAGroupOnlyItsMethod() throws Exception {
    Path folder = folder("ruled", 0);
    Path configuration =
        Files.writeString(
            folder.resolve("gateway.yaml"),
            """
            listen: {mode: 0666}
            warmup: false
            policy:
              - {groups: [%d], methods: [helloworld.Greeter/SayHello]}
            audit: {file: audit.jsonl}
            """
                .formatted(GROUP));
    try (TestGateway gateway = run(folder, List.of(), "--config", configuration.toString())) {
      for (RunMode warmth : RunMode.values()) {
        Command allowed = asMember(gateway, "call", "Greeter/SayHello", "name=x");
        assertThat(warmth.on(allowed).run())
            .isEqualTo(new Outcome(0, "{\"message\":\"Hello x\"}\n", ""));
        Command other = asMember(gateway, "call", "Greeter/SayHelloStreamReply", "name=x");
        assertThat(warmth.on(other).run().stderr())
            .contains("PERMISSION_DENIED", "uid " + UID, "helloworld.Greeter/SayHelloStreamReply");
      }
      assertThat(RunMode.WARM.on(asMember(gateway, "health")).run().exit()).isZero();
      assertThat(RunMode.WARM.on(asMember(gateway, "gateway", "reload")).run().exit())
          .isEqualTo(71);
      assertThat(asNobody(gateway, "health").run().exit()).isEqualTo(71);
      Eventually.until(
          "the refusal is audited",
          TestGateway.SOON,
          () ->
              Files.readString(folder.resolve("audit.jsonl"))
                  .lines()
                  .anyMatch(
                      line ->
                          line.contains("SayHelloStreamReply")
                              && line.contains("\"uid\":" + UID + ",")
                              && line.contains("PERMISSION_DENIED")));
    }
  }

  /** Each line is a socket, a user, a method, and whether the user may call it there. */
  @Test
  void callsOverHttpHaveTheRightsOfCallsOverGrpc() throws Exception {
    ForeignTools.program("curl");
    Path folder = folder("both", 0);
    Path configuration =
        Files.writeString(
            folder.resolve("gateway.yaml"),
            """
            listen: {mode: 0666}
            warmup: false
            policy:
              - {users: [0], methods: ["*"]}
              - {groups: [%d], methods: [helloworld.Greeter/SayHello]}
            sockets:
              - {path: narrow.sock, mode: 0666, methods: [helloworld.Greeter/SayHelloStreamReply]}
              - {path: users.sock, mode: 0666, users: [0], methods: ["helloworld.*"]}
            """
                .formatted(GROUP));
    List<String> cases =
        List.of(
            "g.sock root helloworld.Greeter/SayHello yes",
            "g.sock root grpcos.admin.v1.Admin/GetStatus yes",
            "g.sock member helloworld.Greeter/SayHello yes",
            "g.sock member helloworld.Greeter/SayHelloStreamReply no",
            "g.sock member grpcos.admin.v1.Admin/GetStatus no",
            "g.sock nobody helloworld.Greeter/SayHello no",
            "narrow.sock root helloworld.Greeter/SayHello no",
            "narrow.sock root helloworld.Greeter/SayHelloStreamReply yes",
            "narrow.sock root grpcos.admin.v1.Admin/GetStatus no",
            "narrow.sock nobody helloworld.Greeter/SayHelloStreamReply yes",
            "narrow.sock nobody helloworld.Greeter/SayHello no",
            "users.sock root helloworld.Greeter/SayHello yes",
            "users.sock nobody helloworld.Greeter/SayHello no");
    try (TestGateway gateway = run(folder, List.of(), "--config", configuration.toString())) {
      Path descriptors = shared.resolve("both.binpb");
      assertThat(gateway.bash("grpcos export descriptors >" + descriptors).run().exit()).isZero();
      for (String line : cases) {
        String[] words = line.split(" ", 4);
        List<String> user =
            switch (words[1]) {
              case "member" -> MEMBER;
              case "nobody" -> NOBODY;
              default -> List.of("env");
            };
        String socket = folder.resolve(words[0]).toString();
        Outcome grpc =
            as(
                user,
                "%s call --socket %s --protoset %s %s -d {}"
                    .formatted(distribution.grpcos(), socket, descriptors, words[2]));
        Outcome http =
            as(
                user,
                "curl -sS --fail-with-body --unix-socket %s -d {} http://grpcos/%s"
                    .formatted(socket, words[2]));

        if (words[3].equals("yes")) {
          assertThat(grpc.exit()).as("%s: %s", line, grpc).isZero();
          assertThat(http.exit()).as("%s: %s", line, http).isZero();
        } else {
          assertThat(grpc.exit()).as("%s: %s", line, grpc).isEqualTo(71);
          assertThat(http.exit()).as("%s: %s", line, http).isEqualTo(22);
          String message =
              http.stdout()
                  .strip()
                  .replaceFirst(".*\"code\":\"permission_denied\",\"message\":\"", "")
                  .replaceFirst("\"}$", "");
          assertThat(grpc.stderr()).as(line).contains(message);
        }
      }
    }
  }

  private static Outcome as(List<String> user, String line) {
    List<String> all = new ArrayList<>(user.subList(1, user.size()));
    all.addAll(List.of(line.split(" ", -1)));
    return new Command(Path.of(user.get(0)), all).in(shared).run();
  }

  /** The user nobody cannot reach the resident, so a separate process reports the reason. */
  @Test
  void socketWithTheDefaultModeIsOnlyForItsUser() throws Exception {
    Path folder = folder("private", 0);
    try (TestGateway gateway = run(folder, List.of())) {
      Outcome outcome = asNobody(gateway, "call", "Greeter/SayHello", "name=x").run();
      assertThat(outcome.stderr()).containsIgnoringCase("permission denied").hasLineCount(1);
      assertThat(outcome.exit()).isEqualTo(78);
      String socket = gateway.socket().toString();
      Outcome status = asNobody(gateway, "gateway", "status", "--json").run();
      assertNoAccess(status, socket + ": permission denied", "the gateway's mode and group decide");
      setMode(folder, "rwx------");
      Outcome named = asNobody(gateway, "gateway", "status", "--json", "--socket", socket).run();
      assertNoAccess(named, socket + ": permission denied", "the gateway's mode and group decide");
      Outcome target = asNobody(gateway, "list", "-t", "unix:" + socket).run();
      assertNoAccess(target, socket + ": permission denied", "check the modes of the socket");
    }
  }

  private static void assertNoAccess(Outcome outcome, String... words) {
    assertThat(outcome.stdout()).isEmpty();
    assertThat(outcome.stderr())
        .startsWith("grpcos: UNAVAILABLE: ")
        .contains("permission denied")
        .contains(words)
        .hasLineCount(1);
    assertThat(outcome.exit()).isEqualTo(78);
  }

  /** Both have the same uid, but only the gateway is in the group that may read the file. */
  @Test
  void filesAreOpenedWithTheCallersRights() throws Exception {
    try (TestGateway gateway = run(folder("members", Integer.parseInt(UID)), MEMBER)) {
      Path secret = Files.writeString(shared.resolve("secret"), "{\"name\":\"secret\"}");
      setMode(secret, "rw-r-----");
      Files.setAttribute(secret, "unix:gid", GROUP);
      for (RunMode warmth : RunMode.values()) {
        Outcome outcome =
            warmth.on(asNobody(gateway, "call", "Greeter/SayHello", "-d", "@" + secret)).run();
        assertThat(outcome.stdout()).isEmpty();
        assertThat(outcome.stderr())
            .startsWith("grpcos: ")
            .contains(secret.toString(), "Permission denied")
            .hasLineCount(1);
        assertThat(outcome.exit()).isEqualTo(1);
        Outcome field =
            warmth.on(asNobody(gateway, "call", "Greeter/SayHello", "name=@" + secret)).run();
        assertThat(field.stderr()).contains(secret.toString(), "Permission denied");
        assertThat(field.exit()).isEqualTo(1);
      }
    }
  }
}
