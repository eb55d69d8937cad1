package dev.grpcos.cli.distribution;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A process to run, with a separate environment and any kind of standard input.
 *
 * <p>From the tests' environment it gets {@code PATH} and, unless changed, the tests' own Java as
 * {@code JAVA_HOME}. JVMs that it starts compile little. Output goes to files, so that a background
 * process which keeps it open does not delay the test. Not thread-safe.
 */
public final class Command {
  /** Starts a program with default signals; nohup, or a shell's background job, ignores some. */
  public static final List<String> DEFAULT_SIGNALS =
      List.of("/usr/bin/env", "--default-signal=HUP,INT,QUIT,TERM");

  /**
   * Without the second compiler, and with few methods for the first one: commands and gateways of
   * tests are brief, and would use a quarter of their processor time to compile.
   */
  private static final String BRIEF =
      "-XX:TieredStopAtLevel=1 -XX:Tier0InvokeNotifyFreqLog=10 -XX:Tier3InvocationThreshold=2000"
          + " -XX:Tier3MinInvocationThreshold=1000 -XX:Tier3CompileThreshold=20000";

  private static final Duration DEADLINE = Duration.ofMinutes(5);

  private final List<String> arguments = new ArrayList<>();
  private final Map<String, String> environment = new TreeMap<>();
  private Path directory = Path.of("").toAbsolutePath();
  private String redirections = "";
  private Redirect stdin = Redirect.from(Path.of("/dev/null").toFile());
  private byte @Nullable [] piped;
  private boolean heldOpen;

  public Command(Path program, String... arguments) {
    this(program, List.of(arguments));
  }

  public Command(Path program, List<String> arguments) {
    this.arguments.add(program.toString());
    this.arguments.addAll(arguments);
    environment.put("PATH", System.getenv("PATH"));
    environment.put("JAVA_HOME", System.getProperty("java.home"));
    environment.put("GRPCOS_JAVA_OPTS", BRIEF);
  }

  /** Sets a variable. */
  public Command with(String name, String value) {
    environment.put(name, value);
    return this;
  }

  /** Makes a gateway that this process starts without {@code --config} skip its warm-up. */
  public Command withoutWarmup() {
    return with("XDG_CONFIG_HOME", Path.of("src", "test", "config").toAbsolutePath().toString());
  }

  /** Unsets a variable. */
  public Command without(String name) {
    environment.remove(name);
    return this;
  }

  public Command in(Path directory) {
    this.directory = directory;
    return this;
  }

  /** Applies redirections of a shell, such as {@code <&- 2>&-}. */
  public Command redirected(String redirections) {
    this.redirections = redirections;
    return this;
  }

  public Command stdinFile(Path file) {
    stdin = Redirect.from(file.toFile());
    return this;
  }

  /** Makes standard input a pipe with these bytes, followed by the end of file. */
  public Command stdinPipe(byte[] bytes) {
    stdin = Redirect.PIPE;
    piped = bytes;
    return this;
  }

  /**
   * Makes standard input a pipe with these bytes, whose other end stays open until the process
   * ends.
   */
  public Command stdinHeldOpen(byte[] bytes) {
    heldOpen = true;
    return stdinPipe(bytes);
  }

  /**
   * Runs the process to its end.
   *
   * @throws AssertionError if it takes more than five minutes
   */
  public Outcome run() {
    try (Running process = start()) {
      if (!heldOpen) {
        process.closeInput();
      }
      return process.end(DEADLINE);
    }
  }

  /** Starts the process; a pipe as its input stays open until it is closed. */
  public Running start() {
    try {
      Path out = Files.createTempFile("stdout", null);
      Path err = Files.createTempFile("stderr", null);
      Running running = new Running(builder(out, err).start(), arguments, out, err);
      if (piped != null) {
        running.type(piped);
      }
      return running;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private ProcessBuilder builder(Path out, Path err) {
    List<String> line = new ArrayList<>(DEFAULT_SIGNALS);
    if (!redirections.isEmpty()) {
      line.addAll(List.of("/bin/sh", "-c", "exec \"$@\" " + redirections, "sh"));
    }
    line.addAll(arguments);
    ProcessBuilder builder =
        new ProcessBuilder(line)
            .directory(directory.toFile())
            .redirectInput(stdin)
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    return builder;
  }
}
