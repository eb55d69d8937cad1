package dev.grpcos.cli.resident;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Tests the compiled launcher with a resident. A script must see the same behaviour as with a
 * separate process.
 */
class LauncherIT extends LauncherFixture {
  private static final Duration SOON = Duration.ofMinutes(1);
  private static final Map<String, Integer> SIGNAL_CODES =
      Map.of("INT", 130, "TERM", 143, "KILL", 137);

  /** Returns the maximum memory of the launcher in KiB, independent of the amount of data. */
  int mostKilobytes() {
    return 9_999;
  }

  @Test
  void outputAndExitCodeAreThoseOfTheCommand() throws Exception {
    assertRun("grpcos echo hello", 0, "hello\n", "");
    assertRun("grpcos exit 78", 78, "", "");
    assertRun("grpcos unheard-of", 2, "", "grpcos: no such command\n");
    assertRun("echo value | grpcos reply", 0, "value\n", "");
  }

  @Test
  void everyByteOfInputArrivesInOrder() throws Exception {
    assertRun(
        "head -c 10000000 /dev/urandom >random; grpcos cat <random | cmp - random &&"
            + " cat random | grpcos cat >copy && cmp copy random",
        0,
        "",
        "");
  }

  @Test
  void longInputTakesConstantMemory() throws Exception {
    long bytes = Boolean.getBoolean("grpcos.soak") ? 1L << 30 : 1L << 26;
    assertRun("head -c " + bytes + " /dev/zero | grpcos count", 0, bytes + "\n", "");
    // the heap of the sample gateway is 64 MiB
  }

  @Test
  void standardOutputAndErrorKeepTheirOrder() throws Exception {
    StringBuilder expected = new StringBuilder();
    for (int i = 0; i < 1000; i++) {
      expected.append("out ").append(i).append("\nerr ").append(i).append('\n');
    }
    assertRun("grpcos both 2>&1 | cat", 0, expected.toString(), "");
  }

  @Test
  void manyLinesArriveComplete() throws Exception {
    assertRun("grpcos lines 200000 | tail -n 1", 0, "a line of output, number 200000\n", "");
    assertRun("grpcos lines 200000 >lines; wc -l <lines", 0, "200000\n", "");
  }

  @Test
  void propertiesOfTheCallerArePassedOn() throws Exception {
    String here = folder.toRealPath().toString();
    String uid = Files.getAttribute(folder, "unix:uid").toString();
    assertRun(
        "true | grpcos facts 2>&- | cat", 0, "PIPE PIPE CLOSED 80 " + uid + " " + here + "\n", "");
    assertRun("grpcos facts", 0, "CHARACTER_DEVICE FILE FILE 80 " + uid + " " + here + "\n", "");
  }

  @Test
  void unreadInputIsLeftToOtherProcesses() throws Exception {
    assertRun(
        "printf 'a\\nb\\nc\\n' | while read -r line; do grpcos echo \"$line\"; done",
        0,
        "a\nb\nc\n",
        "");
    assertRun("printf 'rest' | { grpcos exit 0; cat; }", 0, "rest", "");
  }

  /** The launcher sends it to the resident without reading it from the pipe. */
  @Test
  void completeInputIsConsumedOnlyByACommandThatReadsIt() throws Exception {
    String whole = "printf whole | { sleep 0.2; ";
    assertRun(whole + "grpcos exit 0; cat; }", 0, "whole", "");
    assertRun(whole + "grpcos cat; cat; }", 0, "whole", "");
    assertRun(whole + "grpcos own; }", 9, "cold own\nwhole", "");
    assertRun(whole + "GRPCOS_SOCKET=/nowhere/g grpcos x; }", 9, "cold x\nwhole", "");
    // more than the maximum that is sent in advance
    for (int bytes : new int[] {1, 16 * 1024, 16 * 1024 + 1, 64 * 1024}) {
      String many = "head -c " + bytes + " /dev/zero | { sleep 0.2; ";
      assertRun(many + "grpcos exit 0; wc -c; }", 0, bytes + "\n", "");
      assertRun(many + "grpcos count; wc -c; }", 0, bytes + "\n0\n", "");
    }
  }

  @Test
  void closedOutputEndsTheCommandSilently() throws Exception {
    assertRun("yes | grpcos cat | head -n 1; echo ${PIPESTATUS[1]}", 0, "y\n0\n", "");
    assertRun("grpcos yes | head -n 1; echo ${PIPESTATUS[0]}", 0, "y\n0\n", "");
    // this process has nothing more to write
    assertRun("grpcos first | head -n 1; echo ${PIPESTATUS[0]}", 0, "first\n0\n", "");
  }

  @Test
  void otherFailuresToWriteAreReported() throws Exception {
    assertRun(
        "grpcos echo x >/dev/full",
        1,
        "",
        "grpcos: cannot write to standard output: No space left on device\n");
    assertRun(
        "grpcos yes >/dev/full",
        1,
        "",
        "grpcos: cannot write to standard output: No space left on device\n");
    assertRun(
        "grpcos echo x >&-",
        1,
        "",
        "grpcos: cannot write to standard output: Bad file descriptor\n");
    assertRun("grpcos exit 3 >&-", 3, "", "");
  }

  @Test
  void closedDescriptorsAreNotConfusedWithTheSocket() throws Exception {
    assertRun("grpcos cat <&-", 1, "", "grpcos: Bad file descriptor\n");
    assertRun("grpcos echo x <&- 2>&-", 0, "x\n", "");
    assertRun("grpcos unheard-of 2>&-", 2, "", "");
    assertRun("grpcos exit 4 <&- >&- 2>&-", 4, "", "");
    // Closed descriptors stay closed for the process that takes over; its cat reports them.
    assertRun("GRPCOS_COLD=1 grpcos x <&- 2>/dev/null | cat", 0, "cold x\n", "");
  }

  @Test
  void inputThatCannotBeReadIsReported() throws Exception {
    assertRun("grpcos cat <.", 1, "", "grpcos: Is a directory\n");
  }

  @Test
  void signalsEndTheLauncherAndCancelTheCommand() throws Exception {
    for (String signal : List.of("INT", "TERM", "KILL")) {
      Path trace = folder.resolve("signal-" + signal);
      Process process = shell.start("hang", trace.toString());
      Eventually.until("it starts", SOON, () -> Files.exists(Path.of(trace + ".started")));
      new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).start().waitFor();
      Eventually.until("it is cancelled", SOON, () -> Files.exists(Path.of(trace + ".cancelled")));
      assertThat(process.waitFor()).isEqualTo(SIGNAL_CODES.get(signal));
    }
  }

  @Test
  void slowReadersTakeBoundedMemory() throws Exception {
    Process[] stopped = new Process[16];
    for (int i = 0; i < stopped.length; i++) {
      stopped[i] = shell.start("yes"); // no process reads the pipe
    }
    try {
      for (Process process : stopped) {
        String[] last = {""};
        int[] unchanged = {0};
        Eventually.until(
            "it stops reading",
            SOON,
            () -> {
              String moved = Files.readString(Path.of("/proc/" + process.pid() + "/io"));
              unchanged[0] = moved.equals(last[0]) ? unchanged[0] + 1 : 0;
              last[0] = moved;
              return unchanged[0] == 20 && !moved.contains("wchar: 0\n");
            });
        assertThat(residentKilobytes(process.pid())).isLessThanOrEqualTo(mostKilobytes());
      }
      assertRun("grpcos echo still here", 0, "still\n", "");
      byte[] some = stopped[0].getInputStream().readNBytes(4_000_000);
      assertThat(new String(some, UTF_8)).matches("(?s)(y\n)*");
    } finally {
      for (Process process : stopped) {
        process.destroyForcibly();
      }
    }
  }

  private static int residentKilobytes(long pid) throws Exception {
    String status = Files.readString(Path.of("/proc/" + pid + "/status"));
    return Integer.parseInt(status.replaceFirst("(?s).*VmRSS:\\s+(\\d+) kB.*", "$1"));
  }

  @Test
  void inputIsReadWhileTheOutputIsNotRead() throws Exception {
    Path trace = folder.resolve("duplex");
    Process process = shell.start("duplex", trace.toString());
    try (OutputStream in = process.getOutputStream()) {
      in.write(new byte[4_000_000]);
    }
    Eventually.until(
        "all input is read",
        SOON,
        () -> Files.exists(trace) && Files.readString(trace).equals("4000000"));
    process.destroyForcibly();
  }

  @Test
  void terminalIsDetectedAndItsWidthIsPassedOn() throws Exception {
    assumeTrue(
        CompiledLauncher.runs(List.of("script", "-qec", "true", "/dev/null")),
        "needs script, of util-linux, for a terminal");
    LauncherShell.ShellResult result =
        shell.run("script -qec 'stty cols 123; grpcos facts' /dev/null");
    assertThat(result.out()).startsWith("TERMINAL TERMINAL TERMINAL 123 ");
  }

  @Test
  void socketIsFoundInTheRuntimeFolder() throws Exception {
    Files.createDirectories(folder.resolve("run/grpcos"));
    Files.createSymbolicLink(
        folder.resolve("run/grpcos/gateway.sock.cli"), folder.resolve("gateway.sock.cli"));
    assertRun("unset GRPCOS_SOCKET; XDG_RUNTIME_DIR=$PWD/run grpcos echo x", 0, "x\n", "");
    assertRun("GRPCOS_SOCKET=$(printf %0200d 0) grpcos echo x", 9, "cold echo x\n", "");
  }

  @Test
  void socketIsFoundWithoutVariables() throws Exception {
    assumeTrue(
        CompiledLauncher.runs(List.of("unshare", "--mount", "true")),
        "needs the right to mount, for a /run of its own");
    String place =
        "r=$PWD; mount -t tmpfs none /run; mkdir -p %1$s; ln -s $r/gateway.sock %1$s;"
            + " ln -s $r/gateway.sock.cli %1$s; unset GRPCOS_SOCKET XDG_RUNTIME_DIR; grpcos echo x";
    for (String folder : List.of("/run/user/$(id -u)/grpcos", "/run/grpcos")) {
      assertRun("unshare --mount bash -c '" + place.formatted(folder) + "'", 0, "x\n", "");
    }
    assertRun(
        "unshare --mount bash -c 'mount -t tmpfs none /run; mkdir -p /run/user/0/grpcos;"
            + " ln -s /nowhere /run/user/0/grpcos/gateway.sock;"
            + " unset GRPCOS_SOCKET XDG_RUNTIME_DIR; grpcos echo x'",
        9,
        "cold echo x\n",
        "");
  }

  @Test
  void parallelLaunchersGetTheirOwnAnswers() throws Exception {
    assertRun(
        "for i in $(seq 64); do [ \"$(echo $i | grpcos reply)\" = $i ] & pids+=($!); done;"
            + " for p in ${pids[@]}; do wait $p || echo wrong; done",
        0,
        "",
        "");
  }

  @Test
  void longestArgumentsArePassedOn() throws Exception {
    assertRun("grpcos length \"$(head -c 130000 /dev/zero | tr '\\0' x)\"", 0, "130000\n", "");
    assertRun(
        "a=$(head -c 120000 /dev/zero | tr '\\0' x); grpcos echo ok $a $a $a $a $a $a $a $a $a $a"
            + " $a $a",
        0,
        "ok\n",
        "");
  }

  @Test
  void argumentsThatAreNotUtf8AreRefused() throws Exception {
    assertRun("grpcos echo $'\\xff'", 2, "", "grpcos: argument 2 is not valid UTF-8\n");
    assertRun("grpcos echo äöü", 0, "Ã¤Ã¶Ã¼\n", "");
  }

  @Test
  void interruptedCommandPrintsItsReport() throws Exception {
    Map<String, Integer> exits = Map.of("HUP", 129, "INT", 130, "TERM", 143);
    for (Map.Entry<String, Integer> exit : exits.entrySet()) {
      Process process = shell.start("interruptible");
      assertThat(new String(process.getInputStream().readNBytes(6), UTF_8)).isEqualTo("first\n");
      new ProcessBuilder("sh", "-c", "kill -" + exit.getKey() + " " + process.pid())
          .start()
          .waitFor();
      assertThat(new String(process.getErrorStream().readAllBytes(), UTF_8))
          .isEqualTo("interrupted\n");
      assertThat(process.waitFor()).isEqualTo(exit.getValue());
    }
  }

  @Test
  void errorInACommandEndsOnlyThatCommand() throws Exception {
    LauncherShell.ShellResult result = shell.run("grpcos fault");
    assertThat(result.exit()).isEqualTo(1);
    assertThat(result.err()).startsWith("grpcos: internal error: ").hasLineCount(1);
    assertRun("grpcos echo fine", 0, "fine\n", "");
  }

  @Test
  void refusedCommandRunsColdWithItsInput() throws Exception {
    assertRun("echo input | grpcos own", 9, "cold own\ninput\n", "");
    assertRun("echo input | grpcos replaced", 9, "cold replaced\ninput\n", "");
    assertRun("echo input | GRPCOS_COLD=1 grpcos cat", 9, "cold cat\ninput\n", "");
    assertRun("echo input | grpcos gateway run", 9, "cold gateway run\ninput\n", "");
    assertRun("grpcos --socket /nowhere/x cat", 9, "cold --socket /nowhere/x cat\n", "");
  }

  @Test
  void anotherReleaseRunsCold() throws Exception {
    Path other = CompiledLauncher.compile(folder.resolve("other"), "1.1", flags());
    assertRun("echo input | " + other + " cat", 9, "cold cat\ninput\n", "");
    Files.delete(other.resolveSibling("../lib/grpcos-jvm"));
    LauncherShell.ShellResult alone = shell.run(other + " cat");
    assertThat(alone.exit()).isEqualTo(78);
    assertThat(alone.err())
        .contains("it is grpcos 1.0, this is 1.1: restart it", "there is no", "lib/grpcos-jvm")
        .hasLineCount(1);
  }

  @Test
  void launcherAloneReportsARemedyThatItCanHave() throws Exception {
    Path client = Files.createDirectories(folder.resolve("client/bin")).resolve("grpcos");
    Files.copy(folder.resolve("warm/bin/grpcos"), client, StandardCopyOption.COPY_ATTRIBUTES);
    String problem =
        "grpcos: UNAVAILABLE: %s, and there is no "
            + folder.toRealPath().resolve("client/lib/grpcos-jvm")
            + ", which runs commands without a gateway; %sinstall all of grpcos, not its client"
            + " alone\n";
    assertRun(
        client + " gateway start",
        78,
        "",
        problem.formatted("this command requires a separate process", ""));
    assertRun(
        "GRPCOS_SOCKET=/nowhere/g.sock " + client + " list",
        78,
        "",
        problem.formatted(
            "no gateway answers on /nowhere/g.sock",
            "name a gateway's socket with --socket or GRPCOS_SOCKET, or "));
  }

  /** Another user's gateway is not, see ForeignGatewayIT. */
  @Test
  void callersOwnGatewayIsTrustedInAnyFolder() throws Exception {
    Path open = Files.createDirectory(folder.resolve("open"));
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
    Files.createSymbolicLink(open.resolve("g.sock.cli"), folder.resolve("gateway.sock.cli"));
    Path socket = open.resolve("g.sock");
    assertRun("GRPCOS_SOCKET=" + socket + " grpcos echo x", 0, "x\n", "");
    assertRun("grpcos echo x --socket=" + socket, 0, "x\n", "");
    assertRun("grpcos echo --jq=--socket -- --socket=/nowhere", 0, "--jq=--socket\n", "");
  }
}
