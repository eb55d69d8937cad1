package dev.grpcos.examples;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The shell of a new user in the project's folder: with its own home, runtime and temporary folder,
 * and no gateway.
 *
 * <p>The working folder is not the clone but has links into it, so that files that commands write
 * are removed. {@link #close} stops a gateway that the commands leave running.
 */
final class Session implements AutoCloseable {
  private static final Duration DEADLINE = Duration.ofMinutes(10);

  private static final List<String> LINKS = List.of("cli", "examples");

  private final Clone clone;
  private final Path folder;
  private final Path home;
  private final Path run;
  private final Path temporary;
  private final Path work;
  private final Map<String, String> variables = new HashMap<>();

  /**
   * Creates a session.
   *
   * @param folder an empty folder for all files of the session
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

  /**
   * Makes commands and gateways take less processor time from the other tests: they use only the
   * first compiler, for few methods, and without a configuration of their own they skip their
   * warm-up.
   */
  Session withoutWarmup() throws IOException {
    Path file = home.resolve(".config/grpcos/gateway.yaml");
    Files.createDirectories(file.resolveSibling(""));
    Files.writeString(file, "warmup: false\n");
    variables.put(
        "GRPCOS_JAVA_OPTS",
        "-XX:TieredStopAtLevel=1 -XX:Tier0InvokeNotifyFreqLog=10"
            + " -XX:Tier3InvocationThreshold=2000 -XX:Tier3MinInvocationThreshold=1000"
            + " -XX:Tier3CompileThreshold=20000");
    return this;
  }

  /** Makes commands use the gateway at the default path of another session. */
  Session withGatewayOf(Session other) {
    variables.put("XDG_RUNTIME_DIR", other.run.toString());
    return this;
  }

  /** Returns the folder of {@code TMPDIR}. */
  Path temporary() {
    return temporary;
  }

  /** Returns a process in this session, with both outputs merged; the caller ends it. */
  ProcessBuilder process(String... command) {
    // A background job of a shell ignores signals that the documents send.
    List<String> line =
        new ArrayList<>(List.of("/usr/bin/env", "--default-signal=HUP,INT,QUIT,TERM"));
    line.addAll(List.of(command));
    ProcessBuilder builder =
        new ProcessBuilder(line).directory(work.toFile()).redirectErrorStream(true);
    Map<String, String> environment = builder.environment();
    environment.clear();
    environment.put("PATH", System.getenv("PATH"));
    environment.put("JAVA_HOME", System.getProperty("java.home"));
    environment.put("HOME", home.toString());
    environment.put("XDG_RUNTIME_DIR", run.toString());
    environment.put("TMPDIR", temporary.toString());
    environment.put("LC_ALL", "C.UTF-8");
    environment.putAll(variables);
    return builder;
  }

  /** Adds {@code grpcos} to the PATH of a process. */
  ProcessBuilder withGrpcos(ProcessBuilder builder) {
    builder.environment().compute("PATH", (name, path) -> clone.bin() + ":" + path);
    return builder;
  }

  /**
   * Runs commands one after the other in one bash, and returns the output of each.
   *
   * @throws AssertionError if that takes more than ten minutes
   */
  List<String> run(List<String> commands) throws IOException {
    Path script = folder.resolve("session.sh");
    StringBuilder text = new StringBuilder("code=0\n");
    for (int i = 0; i < commands.size(); i++) {
      // $? is the exit code of the command before
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
   * Waits for a process and returns its exit code.
   *
   * @throws AssertionError if it takes more than ten minutes; it is then killed with its
   *     descendants
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
      endGateway(Long.parseLong(Files.readString(run.resolve("grpcos/gateway.sock.lock")).strip()));
    }
    for (String name : LINKS) {
      Files.delete(work.resolve(name));
    }
  }

  /** Stops a gateway as the command would that stops it, but without another JVM. */
  private static void endGateway(long pid) {
    ProcessHandle.of(pid)
        .ifPresent(
            gateway -> {
              gateway.destroy();
              gateway.onExit().orTimeout(DEADLINE.toSeconds(), TimeUnit.SECONDS).join();
            });
  }

  private Path output(int command) {
    return folder.resolve("output." + command);
  }
}
