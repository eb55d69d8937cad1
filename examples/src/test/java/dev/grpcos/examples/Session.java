package dev.grpcos.examples;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A user's shell in the project's folder: a home, a run folder and a temp folder of his own, and no
 * gateway yet.
 *
 * <p>The working folder is not the clone, but has links to what a reader uses of it, so that what
 * commands write does not stay. {@link #close} stops the gateway that they leave.
 */
final class Session implements AutoCloseable {
  private static final Duration DEADLINE = Duration.ofMinutes(2);

  private static final List<String> LINKS = List.of("cli", "examples");

  private final Clone clone;
  private final Path folder;
  private final Path home;
  private final Path run;
  private final Path temporary;
  private final Path work;

  /**
   * A session of a new user.
   *
   * @param folder an empty one, for everything
   */
  Session(Clone clone, Path folder) throws IOException {
    this.clone = clone;
    this.folder = folder;
    home = Files.createDirectory(folder.resolve("home"));
    run = Files.createDirectory(folder.resolve("run"));
    temporary = Files.createDirectory(folder.resolve("tmp"));
    work = Files.createDirectory(folder.resolve("grpcos"));
    for (String name : LINKS) {
      Files.createSymbolicLink(work.resolve(name), clone.root().resolve(name));
    }
  }

  /** Where {@code TMPDIR} points. */
  Path temporary() {
    return temporary;
  }

  /** A process in this session, with both outputs in one, to be ended by the caller. */
  ProcessBuilder process(String... command) {
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(work.toFile()).redirectErrorStream(true);
    Map<String, String> environment = builder.environment();
    environment.clear();
    environment.put("PATH", System.getenv("PATH"));
    environment.put("JAVA_HOME", System.getProperty("java.home"));
    environment.put("HOME", home.toString());
    environment.put("XDG_RUNTIME_DIR", run.toString());
    environment.put("TMPDIR", temporary.toString());
    environment.put("LC_ALL", "C.UTF-8");
    return builder;
  }

  /** Puts {@code grpcos} on the path of a process. */
  ProcessBuilder withGrpcos(ProcessBuilder builder) {
    builder.environment().compute("PATH", (name, path) -> clone.bin() + ":" + path);
    return builder;
  }

  /**
   * Runs commands one after the other in one bash, and gives what each printed.
   *
   * @throws AssertionError if that takes more than two minutes
   */
  List<String> run(List<String> commands) throws IOException {
    Path script = folder.resolve("session.sh");
    StringBuilder text = new StringBuilder("code=0\n");
    for (int i = 0; i < commands.size(); i++) {
      // each command finds the exit code of the one before in $?
      text.append("exec >'%s' 2>&1\n(exit $code)\n".formatted(output(i)));
      text.append(commands.get(i)).append("\ncode=$?\n");
    }
    Files.writeString(script, text);
    Process bash =
        process("bash", script.toString())
            .redirectInput(new File("/dev/null"))
            .redirectOutput(folder.resolve("session.out").toFile())
            .start();
    end(bash);
    List<String> outputs = new ArrayList<>();
    for (int i = 0; i < commands.size(); i++) {
      outputs.add(Files.exists(output(i)) ? Files.readString(output(i)) : "(did not run)");
    }
    return outputs;
  }

  /**
   * Waits for a process, and gives its exit code.
   *
   * @throws AssertionError if it takes more than two minutes; it is killed then, and so is what it
   *     started
   */
  static int end(Process process) {
    try {
      if (process.waitFor(DEADLINE.toSeconds(), TimeUnit.SECONDS)) {
        return process.exitValue();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("waiting for a process was interrupted", e);
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    throw new AssertionError("a process still ran after " + DEADLINE);
  }

  @Override
  public void close() throws IOException {
    if (Files.exists(run.resolve("grpcos/gateway.sock"))) {
      end(
          process(clone.bin().resolve("grpcos").toString(), "gateway", "stop")
              .redirectOutput(folder.resolve("stop.out").toFile())
              .start());
    }
    for (String name : LINKS) {
      Files.delete(work.resolve(name));
    }
  }

  private Path output(int command) {
    return folder.resolve("output." + command);
  }
}
