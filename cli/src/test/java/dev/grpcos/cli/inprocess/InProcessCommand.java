package dev.grpcos.cli.inprocess;

import dev.grpcos.cli.command.Commands;
import dev.grpcos.cli.connection.Connections;
import dev.grpcos.cli.connection.ProcessConnections;
import dev.grpcos.cli.distribution.Outcome;
import dev.grpcos.cli.invocation.CommandRunner;
import dev.grpcos.cli.invocation.StreamKind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A command to run in the test JVM, with separate streams, variables and working folder. By default
 * it has no variables, and {@code /dev/null} as standard input. Not thread-safe.
 */
public final class InProcessCommand {
  /** One for all tests, as in the resident, because it caches command trees. */
  private static final CommandRunner COMMANDS = new Commands();

  private static final Duration DEADLINE = Duration.ofMinutes(5);

  private final List<String> arguments;
  private final Map<String, String> environment = new TreeMap<>();
  private final MemoryInput stdin = new MemoryInput();
  private final MemoryOutput stdout = new MemoryOutput();
  private Path directory = Path.of("").toAbsolutePath();
  private StreamKind stdinKind = StreamKind.CHARACTER_DEVICE;
  private StreamKind stdoutKind = StreamKind.PIPE;
  private boolean heldOpen;
  private int columns = 80;
  private @Nullable Connections offered;
  private @Nullable Connections lent;

  public InProcessCommand(List<String> arguments) {
    this.arguments = List.copyOf(arguments);
    TestInstallation.use();
  }

  public InProcessCommand(String... arguments) {
    this(List.of(arguments));
  }

  /** Sets a variable. */
  public InProcessCommand with(String name, String value) {
    environment.put(name, value);
    return this;
  }

  public InProcessCommand in(Path folder) {
    directory = folder;
    return this;
  }

  /** Runs the command as in the resident, on these connections. */
  public InProcessCommand inResident(Connections connections) {
    lent = connections;
    return this;
  }

  /** Sets the connections for {@link #inResident()}. */
  InProcessCommand lending(Connections connections) {
    offered = connections;
    return this;
  }

  /** Runs the command as in the resident of the gateway that created it. */
  InProcessCommand inResident() {
    return inResident(Objects.requireNonNull(offered, "no gateway made this command"));
  }

  /** Makes standard input a pipe with these bytes, followed by the end. */
  public InProcessCommand stdinPipe(byte[] bytes) {
    return stdin(StreamKind.PIPE, bytes);
  }

  /** Makes standard input of this kind, with these bytes, followed by the end. */
  public InProcessCommand stdin(StreamKind kind, byte[] bytes) {
    stdinKind = kind;
    stdin.type(bytes);
    return this;
  }

  /** Makes standard input a pipe with these bytes, whose other end stays open. */
  public InProcessCommand stdinHeldOpen(byte[] bytes) {
    heldOpen = true;
    return stdinPipe(bytes);
  }

  /** Makes standard output a terminal of this width. */
  public InProcessCommand onTerminal(int width) {
    stdoutKind = StreamKind.TERMINAL;
    columns = width;
    return this;
  }

  /** Makes every write to standard output fail for this reason. */
  public InProcessCommand stdoutFails(String reason) {
    stdout.fail(reason);
    return this;
  }

  /**
   * Runs the command to its end.
   *
   * @throws AssertionError if it takes more than five minutes
   */
  public Outcome run() {
    try (InProcessRun run = start()) {
      return run.end(DEADLINE);
    }
  }

  /** Starts the command on a new thread. */
  public InProcessRun start() {
    if (!heldOpen) {
      stdin.end();
    }
    Connections borrowed = lent;
    if (borrowed != null) {
      return start(borrowed, true, () -> {});
    }
    ProcessConnections own = new ProcessConnections();
    return start(own, false, own::close);
  }

  private InProcessRun start(Connections connections, boolean resident, Runnable atEnd) {
    MemoryInvocation invocation =
        new MemoryInvocation(
            stdin,
            stdinKind,
            stdout,
            stdoutKind,
            new MemoryOutput(),
            Map.copyOf(environment),
            directory,
            columns,
            connections,
            resident,
            new CompletableFuture<>());
    return InProcessRun.start(arguments, invocation, COMMANDS, atEnd);
  }
}
