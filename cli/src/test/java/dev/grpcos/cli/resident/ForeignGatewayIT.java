package dev.grpcos.cli.resident;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardCopyOption.COPY_ATTRIBUTES;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.assertj.core.api.AbstractStringAssert;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests what the launcher sends to a gateway of another user. Only root can run these tests. */
class ForeignGatewayIT {
  private static final int UID = 65534;
  private static final String SECRET = "the secret content";
  private static final String BIDI_OVERRIDE = "\\xe2\\x80\\xae";

  @TempDir static Path programs;
  private static Path launcher = Path.of("/");
  private static Path server = Path.of("/");

  @TempDir Path folder;
  private Path socket;
  private Path record;
  private @Nullable Process gateway;
  private @Nullable Path top;

  @BeforeAll
  static void compile() throws Exception {
    assumeTrue(
        CompiledLauncher.runs(List.of("setpriv", "--reuid=" + UID, "--clear-groups", "true")),
        "needs root and setpriv, to be another user");
    launcher = CompiledLauncher.compile(programs, "1.0", CompiledLauncher.RELEASED);
    server = programs.resolve("foreign_gateway");
    Path source = Path.of("src/test/c/foreign_gateway.c").toAbsolutePath();
    CompiledLauncher.cc(List.of("-o", server.toString(), source.toString()));
  }

  @BeforeEach
  void prepare() throws Exception {
    // Not below /tmp, where every user can create files.
    Path run = Files.createTempDirectory(Path.of("/run"), "grpcos-test-");
    Files.setPosixFilePermissions(run, PosixFilePermissions.fromString("rwxr-xr-x"));
    top = run;
    Path theirs = Files.createDirectory(run.resolve("theirs"));
    Files.setAttribute(theirs, "unix:uid", UID);
    socket = theirs.resolve("g.sock");
    record = folder.resolve("record");
    Files.writeString(folder.resolve("secret"), SECRET);
  }

  @AfterEach
  void end() throws Exception {
    if (gateway != null) {
      gateway.destroyForcibly().waitFor();
    }
    if (top != null) {
      Files.deleteIfExists(Path.of(socket + ".cli"));
      Files.delete(top.resolve("theirs"));
      Files.delete(top);
    }
  }

  private void serve(String... requests) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(server.toString(), socket + ".cli", Integer.toString(UID), record.toString()));
    command.addAll(List.of(requests));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    gateway = process;
    var lines = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
    assertThat(lines.readLine()).isEqualTo("ready");
  }

  private LauncherShell.ShellResult run(String script) throws Exception {
    return new LauncherShell(launcher, socket, folder).run(script);
  }

  private AbstractStringAssert<?> heard() throws Exception {
    return assertThat(Files.readString(record, ISO_8859_1));
  }

  @Test
  void unusedVariablesAreNotSent() throws Exception {
    serve("gGRPCOS_PASSWORD", "gSECRET");
    String variables =
        "GRPCOS_PASSWORD=password GRPCOS_JAVA_OPTS=options HOME=/home/x SECRET=secret TERM=odd ";
    assertThat(run(variables + "grpcos call --socket " + socket + " S/M a=b").exit()).isZero();
    heard()
        .contains("S/M", "a=b")
        .doesNotContain("GRPCOS_", "password", "options", "/home/x", "SECRET", "odd");
  }

  @Test
  void variableThatTheCommandLineUsesIsSent() throws Exception {
    serve("gTOKEN", "gOTHER", "gQUOTED", "gFILED");
    Files.writeString(folder.resolve("headers"), "k: ${FILED}\n");
    assertThat(
            run("export GRPCOS_PASSWORD=pass123 TOKEN=tok123 OTHER=other123 QUOTED=q123 FILED=f123;"
                    + " grpcos call S/M -u me --expand-headers -H 'a: x${TOKEN}y' -H @headers"
                    + " --rpc-header 'c: $${QUOTED}' -d '${OTHER}'")
                .exit())
        .isZero();
    heard().contains("GRPCOS_SOCKET=" + socket, "pass123", "tok123", "f123");
    heard().doesNotContain("other123", "q123");
  }

  @ParameterizedTest
  @ValueSource(strings = {"@login", "me:word"})
  void userWithAPasswordNeedsNoVariable(String user) throws Exception {
    serve();
    assertThat(run("GRPCOS_PASSWORD=pass123 grpcos call S/M -u " + user).exit()).isZero();
    heard().doesNotContain("pass123");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "path=secret",
        "a.b=secret",
        "mail=someone@secret",
        "mail==@secret",
        "name=@@secret",
        "--jq=@secret",
        "--jq @secret",
        "--jq x=@secret",
        "--authority=secret",
        "--authority secret",
        "-H 'k: @secret'",
        "-H 'k=@secret'",
        "-d 'x=@secret'",
        "-d secret",
        "-u secret",
        "--proto-out secret",
        "--log secret",
        "--color x=@secret",
        "-vo x=@secret",
        "-- --key secret",
        "-- --key=secret",
        "-- -d@secret",
        "'{\"a\":1}=@secret'"
      })
  void fileThatNoArgumentGivesAsAFileStaysClosed(String argument) throws Exception {
    serve("osecret");
    assertThat(run("grpcos call S/M " + argument).exit()).isZero();
    heard().contains("no argument gives it as a file").doesNotContain(SECRET);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "list x=@secret",
        "call x=@secret",
        "list -- call S/M x=@secret",
        "call S/M x=secret --netrc"
      })
  void fileOfNoFieldStaysClosed(String arguments) throws Exception {
    serve("osecret", "o" + folder + "/.netrc");
    Files.writeString(folder.resolve(".netrc"), SECRET);
    assertThat(run("HOME=" + folder + " grpcos " + arguments).exit()).isZero();
    heard().contains("no argument gives it as a file").doesNotContain(SECRET);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "name=@secret",
        "name:=@secret",
        "a[0].b=@secret",
        "-- name=@secret",
        "-d @secret",
        "-d@secret",
        "-d=@secret",
        "-vd@secret",
        "-vrd @secret",
        "--data @secret",
        "--data=@secret",
        "-H @secret",
        "-H@secret",
        "--header=@secret",
        "--rpc-header @secret",
        "--reflect-header=@secret",
        "-u @secret",
        "--user=@secret",
        "--cacert secret",
        "--cert=secret",
        "--key secret",
        "--netrc-file secret",
        "--protoset=secret"
      })
  void fileThatAnArgumentGivesIsRead(String argument) throws Exception {
    serve("osecret");
    assertThat(run("grpcos call S/M " + argument).exit()).isZero();
    heard().contains(SECRET);
  }

  /** It may be the input of a loop that runs the command. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "call S/M a=b",
        "call S/M -- a=b",
        "call a=b -v S/M",
        "call S/M -d '{}'",
        "call S/M --data=@other",
        "call -vd@other S/M",
        "list",
        "describe S",
        "health",
        "export openapi"
      })
  void inputThatTheCommandDoesNotReadStaysUnread(String arguments) throws Exception {
    serve("r");
    run("printf '" + SECRET + "' | grpcos " + arguments);
    assertThat(run("grpcos " + arguments + " < secret").exit()).isZero();
    heard().doesNotContain(SECRET);
  }

  @ParameterizedTest
  @ValueSource(strings = {"call S/M", "call S/M -d @-", "call --each S/M", "session"})
  void inputOfTheCommandIsRead(String arguments) throws Exception {
    serve("r");
    assertThat(run("grpcos " + arguments + " < secret").exit()).isZero();
    heard().contains(SECRET);
  }

  @Test
  void terminalGetsColoursAndNoOtherControls() throws Exception {
    assumeTrue(
        CompiledLauncher.runs(List.of("script", "-qec", "true", "/dev/null")),
        "needs script, of util-linux, for a terminal");
    serve(
        "w\\x1b[34;1mblue\\x1b[0m \\xc3\\xa4\\xe2\\x82\\xac\\xf0\\x9f\\x98\\x80\\x0a",
        "w1\\x1b]0;title\\x07 2\\x1b[2J 3\\x1bc 4\\xc2\\x9b 5\\xe2\\x80\\xae 6\\xe2\\x81\\xa6"
            + " 7\\x9b 8\\x7f",
        "w 9\\xe2",
        "w\\x80",
        "w\\xae 10\\x1b",
        "w[",
        "w31",
        "wm 11\\x1b",
        "w[9H\\x0a");
    String printed = run("script -qec 'grpcos call S/M a=b' /dev/null").out();
    assertThat(printed.split("\r\n", -1))
        .containsExactly(
            "\033[34;1mblue\033[0m \u00c3\u00a4\u00e2\u0082\u00ac\u00f0\u009f\u0098\u0080",
            "1?]0;title? 2?[2J 3?c 4? 5? 6? 7? 8? 9? 10\033[31m 11?[9H",
            "");
    assertThat(run("grpcos list").out()).contains("\033]0;title\007");
  }

  /** The terminal gets fewer bytes than half of those that the resident counts. */
  @Test
  void replacedCharactersAreAcknowledged() throws Exception {
    assumeTrue(
        CompiledLauncher.runs(List.of("script", "-qec", "true", "/dev/null")),
        "needs script, of util-linux, for a terminal");
    List<String> requests =
        new ArrayList<>(Collections.nCopies(100, "w" + BIDI_OVERRIDE.repeat(1000)));
    requests.add("gTERM");
    serve(requests.toArray(String[]::new));
    assertThat(run("script -qec 'grpcos call S/M a=b' /dev/null").out())
        .isEqualTo("?".repeat(100_000));
    heard().containsPattern("N\0\0\0\4\0[\1-\4]");
  }

  @Test
  void processOfADeclinedCommandHasNoBlockedSignals() throws Exception {
    serve("i", "Creason");
    Path own = Files.createDirectories(folder.resolve("own/bin")).resolve("grpcos");
    Files.copy(launcher, own, COPY_ATTRIBUTES);
    Path script = Files.createDirectories(folder.resolve("own/lib")).resolve("grpcos-jvm");
    Files.writeString(script, "#!/bin/sh\ngrep SigBlk /proc/self/status\n");
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    assertThat(run(own + " list").out()).matches("SigBlk:\\s0+\n");
  }

  @Test
  void signalThatWasReportedEndsADeclinedCommand() throws Exception {
    serve("i", "gTERM", "s", "Creason");
    Process command = new LauncherShell(launcher, socket, folder).start("call", "S/M", "a=b");
    command.getOutputStream().close();
    Eventually.until(
        "the launcher reports signals",
        Duration.ofSeconds(20),
        () -> Files.readString(record, ISO_8859_1).contains("V\0\0\0"));
    command.destroy();
    assertThat(command.waitFor()).isEqualTo(143);
  }

  @Test
  void screenIsNotForAnotherUsersGateway() throws Exception {
    assumeTrue(
        CompiledLauncher.runs(List.of("script", "-qec", "true", "/dev/null")),
        "needs script, of util-linux, for a terminal");
    serve();
    assertThat(run("script -qec 'grpcos top' /dev/null").out()).startsWith("cold top");
    heard().isEmpty();
    assertThat(run("script -qec 'grpcos top --batch' /dev/null").exit()).isZero();
    heard().contains("--batch");
  }

  @Test
  void reasonToRunAloneIsPrintable() throws Exception {
    serve("C\\x1b]0;title\\x07");
    assertThat(run(alone() + " list").err()).contains("(?]0;title?)");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GRPCOS_TARGET=host:1 grpcos call S/M",
        "grpcos call -t host:1 S/M",
        "grpcos call -vthost:1 S/M",
        "grpcos call --target=host:1 S/M"
      })
  void callsOfTargetsAreNotSent(String script) throws Exception {
    serve();
    assertThat(run(script).out()).startsWith("cold call");
    heard().isEmpty();
  }

  @Test
  void completionPassesTheWordsThatItCompletes() throws Exception {
    serve("osecret");
    assertThat(run("grpcos __complete bash '' -- list --protoset secret x").exit()).isZero();
    heard().contains(SECRET);
  }

  /** The root folder of this machine belongs to root. */
  @Test
  void everyFolderOfThePathIsChecked() throws Exception {
    serve();
    Path run = socket.resolveSibling("").resolveSibling("");
    Path link = Files.createSymbolicLink(folder.resolve("link"), socket.getParent());
    assertRefused(link.resolve("g.sock"), "the folder /tmp can be written by others");
    assertRefused(
        Path.of(link + "/../theirs/./g.sock"), "the folder /tmp can be written by others");
    for (String mode : List.of("rwxrwxr-x", "rwxr-xrwx")) {
      Files.setPosixFilePermissions(run, PosixFilePermissions.fromString(mode));
      assertRefused(socket, "the folder " + run + " can be written by others");
    }
    Files.setPosixFilePermissions(run, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.setAttribute(run, "unix:uid", 4242);
    assertRefused(socket, "the folder " + run + " belongs to uid 4242");
    Files.setAttribute(run, "unix:uid", UID);
    assertThat(run("cd " + run + "; grpcos list --socket theirs/g.sock").exit()).isZero();
    heard().contains("theirs/g.sock");
  }

  /** Returns a copy of the launcher without the rest of grpcos, as in a container. */
  private Path alone() throws Exception {
    Path copy = folder.resolve("alone");
    Files.copy(launcher, copy, REPLACE_EXISTING, COPY_ATTRIBUTES);
    return copy;
  }

  private void assertRefused(Path socket, String fault) throws Exception {
    LauncherShell.ShellResult result = run(alone() + " list --socket " + socket);
    assertThat(result.err())
        .isEqualTo(
            "grpcos: UNAVAILABLE: %s: refused, because it is served by uid %d, and %s; keep the socket in folders that only you, root and that user can write\n"
                .formatted(socket.normalize(), UID, fault));
    assertThat(result.exit()).isEqualTo(78);
    heard().isEmpty();
  }

  @Test
  void defaultPlaceIsForTheCallersGatewayAndRoots() throws Exception {
    serve();
    Path grpcos = Files.createSymbolicLink(folder.resolve("grpcos"), socket.getParent());
    Files.createSymbolicLink(
        socket.resolveSibling("gateway.sock.cli"), Path.of(socket + ".cli").getFileName());
    try {
      LauncherShell.ShellResult result =
          run("unset GRPCOS_SOCKET; XDG_RUNTIME_DIR=$PWD " + alone() + " list");
      assertThat(result.err())
          .isEqualTo(
              "grpcos: UNAVAILABLE: %s/gateway.sock: refused, because it is served by uid %d, neither you nor root; name the socket with --socket or GRPCOS_SOCKET if you trust that user\n"
                  .formatted(grpcos, UID));
      assertThat(result.exit()).isEqualTo(78);
      heard().isEmpty();
    } finally {
      Files.delete(socket.resolveSibling("gateway.sock.cli"));
    }
  }
}
