package dev.grpcos.cli.resident;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests what the launcher sends to a gateway of another user. */
class ForeignGatewayIT extends ForeignGatewayFixture {
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
  void screenIsNotForAnotherUsersGateway() throws Exception {
    requireScript();
    serve();
    assertThat(run("script -qec 'grpcos top' /dev/null").out()).startsWith("cold top");
    heard().isEmpty();
    assertThat(run("script -qec 'grpcos top --batch' /dev/null").exit()).isZero();
    heard().contains("--batch");
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
