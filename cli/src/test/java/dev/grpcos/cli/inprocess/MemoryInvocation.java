package dev.grpcos.cli.inprocess;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.grpcos.cli.connection.Cancellation;
import dev.grpcos.cli.connection.Connections;
import dev.grpcos.cli.failure.OwnProcessRequiredException;
import dev.grpcos.cli.filter.Evaluator;
import dev.grpcos.cli.invocation.Invocation;
import dev.grpcos.cli.invocation.StreamKind;
import dev.grpcos.gateway.process.OwnProcess;
import java.io.BufferedInputStream;
import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An invocation in memory, with streams, variables and a working folder for one test. Files and the
 * uid are those of the test JVM.
 *
 * @param stdinKind the kind of standard input that the command detects
 * @param stdoutKind the kind of standard output that the command detects
 * @param environment all variables
 * @param columns the terminal's width
 * @param resident whether the command runs as in the resident, which cannot use a separate process
 * @param gone completes when the caller is gone
 */
public record MemoryInvocation(
    MemoryInput stdin,
    StreamKind stdinKind,
    MemoryOutput stdout,
    StreamKind stdoutKind,
    MemoryOutput stderr,
    Map<String, String> environment,
    Path workingDirectory,
    int columns,
    Connections connections,
    boolean resident,
    CompletableFuture<Void> gone)
    implements Invocation {
  private static final int UID = OwnProcess.uid();

  /** Returns connections that cannot be opened, as in the resident to another gateway's socket. */
  private static final Connections NONE = new NoConnections();

  /**
   * Returns an invocation that ends its input after this text, writes to pipes, and cannot connect.
   */
  public static MemoryInvocation of(
      StreamKind stdinKind, String stdin, Map<String, String> environment, Path folder) {
    return of(stdinKind, stdin.getBytes(UTF_8), environment, folder);
  }

  /**
   * Returns an invocation that ends its input after these bytes, writes to pipes, and cannot
   * connect.
   */
  public static MemoryInvocation of(
      StreamKind stdinKind, byte[] stdin, Map<String, String> environment, Path folder) {
    MemoryInput input = new MemoryInput();
    input.type(stdin);
    input.end();
    return new MemoryInvocation(
        input,
        stdinKind,
        new MemoryOutput(),
        StreamKind.PIPE,
        new MemoryOutput(),
        environment,
        folder,
        80,
        NONE,
        false,
        new CompletableFuture<>());
  }

  /** Returns the invocation with standard output of this kind. */
  public MemoryInvocation withStdoutKind(StreamKind kind) {
    return new MemoryInvocation(
        stdin,
        stdinKind,
        stdout,
        kind,
        stderr,
        environment,
        workingDirectory,
        columns,
        connections,
        resident,
        gone);
  }

  /** Returns the invocation as in the resident. */
  public MemoryInvocation inResident() {
    return new MemoryInvocation(
        stdin,
        stdinKind,
        stdout,
        stdoutKind,
        stderr,
        environment,
        workingDirectory,
        columns,
        connections,
        true,
        gone);
  }

  @Override
  public void readKeys(String leave) {}

  @Override
  public void pageOutput() {}

  @Override
  public StreamKind stderrKind() {
    return StreamKind.PIPE;
  }

  @Override
  public OutputStream create(String file) throws IOException {
    return Files.newOutputStream(workingDirectory.resolve(file));
  }

  @Override
  public Cancellation.Registration whenInterrupted(Supplier<String> report, Runnable readerLeft) {
    return () -> {};
  }

  @Override
  public @Nullable String environment(String name) {
    return environment.get(name);
  }

  @Override
  public InputStream open(String file) throws IOException {
    try {
      return new BufferedInputStream(new FileInputStream(workingDirectory.resolve(file).toFile()));
    } catch (FileNotFoundException e) {
      // The JDK's message is "NAME (REASON)".
      String message = String.valueOf(e.getMessage());
      String reason = message.substring(message.lastIndexOf('(') + 1, message.length() - 1);
      throw new IOException(reason, e);
    }
  }

  @Override
  public int uid() {
    return UID;
  }

  @Override
  public @Nullable Path gateway() {
    return null;
  }

  @Override
  public Cancellation cancellation() {
    return listener -> {
      CompletableFuture<Void> registered = gone.thenRun(listener);
      return () -> registered.cancel(false);
    };
  }

  @Override
  public Evaluator evaluator() {
    return Evaluator.local();
  }

  @Override
  public void requireOwnProcess(String reason) {
    if (resident) {
      throw new OwnProcessRequiredException(reason);
    }
  }
}
