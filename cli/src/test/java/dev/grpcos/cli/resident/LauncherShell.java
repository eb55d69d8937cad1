package dev.grpcos.cli.resident;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.grpcos.cli.distribution.Command;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Runs scripts in which {@code grpcos} is the launcher; bytes are kept as ISO 8859-1 characters.
 */
final class LauncherShell {
  private static final int ATTEMPTS = 20;
  private static final String TOO_SLOW = " does not answer; running without it\n";

  private final Path launcher;
  private final Path socket;
  private final Path folder;

  LauncherShell(Path launcher, Path socket, Path folder) {
    this.launcher = launcher;
    this.socket = socket;
    this.folder = folder;
  }

  record ShellResult(int exit, String out, String err) {}

  /** Runs the script to its end, with an empty standard input and a time limit of three minutes. */
  ShellResult run(String script) throws Exception {
    Path out = Files.createTempFile(folder, "out", "");
    Path err = Files.createTempFile(folder, "err", "");
    Process process =
        prepare("bash", "-c", script)
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    if (!process.waitFor(180, TimeUnit.SECONDS)) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
      throw new AssertionError("hangs: " + script + "\n" + Files.readString(err, ISO_8859_1));
    }
    return new ShellResult(
        process.exitValue(), Files.readString(out, ISO_8859_1), Files.readString(err, ISO_8859_1));
  }

  /**
   * Runs a script whose commands the gateway is to serve. Repeats it if the gateway was too slow
   * for a launcher, as on a busy machine.
   */
  ShellResult runServed(String script) throws Exception {
    ShellResult result = run(script);
    for (int i = 1; i < ATTEMPTS && result.err().endsWith(TOO_SLOW); i++) {
      result = run(script);
    }
    return result;
  }

  /** Starts the launcher itself, with pipes. */
  Process start(String... arguments) throws Exception {
    String[] command = new String[arguments.length + 1];
    command[0] = launcher.toString();
    System.arraycopy(arguments, 0, command, 1, arguments.length);
    return prepare(command).redirectInput(ProcessBuilder.Redirect.PIPE).start();
  }

  private ProcessBuilder prepare(String... command) {
    List<String> line = new ArrayList<>(Command.DEFAULT_SIGNALS);
    line.addAll(List.of(command));
    ProcessBuilder builder =
        new ProcessBuilder(line)
            .directory(folder.toFile())
            .redirectInput(Path.of("/dev/null").toFile());
    builder.environment().put("GRPCOS_SOCKET", socket.toString());
    builder.environment().put("PATH", launcher.getParent() + ":" + System.getenv("PATH"));
    builder.environment().remove("GRPCOS_COLD");
    return builder;
  }
}
