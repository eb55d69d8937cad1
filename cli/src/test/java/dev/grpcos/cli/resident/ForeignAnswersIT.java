package dev.grpcos.cli.resident;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.file.StandardCopyOption.COPY_ATTRIBUTES;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests what the launcher does with the answers of another user's gateway. */
class ForeignAnswersIT extends ForeignGatewayFixture {
  private static final String BIDI_OVERRIDE = "\\xe2\\x80\\xae";

  @Test
  void terminalGetsColoursAndNoOtherControls() throws Exception {
    requireScript();
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
    requireScript();
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
  void reasonToRunAloneIsPrintable() throws Exception {
    serve("C\\x1b]0;title\\x07");
    assertThat(run(alone() + " list").err()).contains("(?]0;title?)");
  }
}
