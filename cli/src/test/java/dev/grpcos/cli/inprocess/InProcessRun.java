package dev.grpcos.cli.inprocess;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.grpcos.cli.distribution.Outcome;
import dev.grpcos.cli.invocation.CommandRunner;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A command that runs on a separate thread; closing it cancels the command. */
public final class InProcessRun implements AutoCloseable {
  private final List<String> arguments;
  private final MemoryInvocation invocation;
  private final CompletableFuture<Integer> exit = new CompletableFuture<>();

  private InProcessRun(List<String> arguments, MemoryInvocation invocation) {
    this.arguments = arguments;
    this.invocation = invocation;
  }

  /**
   * Starts a command.
   *
   * @param atEnd runs when the command has ended
   */
  static InProcessRun start(
      List<String> arguments, MemoryInvocation invocation, CommandRunner commands, Runnable atEnd) {
    InProcessRun run = new InProcessRun(arguments, invocation);
    Thread thread =
        new Thread(
            () -> {
              try {
                run.exit.complete(commands.run(arguments, invocation));
              } catch (Throwable fault) { // any failure, for the test
                run.exit.completeExceptionally(fault);
              } finally {
                atEnd.run();
              }
            },
            "command " + arguments);
    thread.setDaemon(true);
    thread.start();
    return run;
  }

  /** Writes to standard input. */
  public void type(String text) {
    type(text.getBytes(UTF_8));
  }

  /** Writes to standard input. */
  public void type(byte[] bytes) {
    invocation.stdin().type(bytes);
  }

  /** Ends standard input. */
  public void closeInput() {
    invocation.stdin().end();
  }

  /**
   * Makes every further write to standard output fail, as if the reader of the pipe had closed it.
   */
  public void breakStdout() {
    invocation.stdout().fail("Broken pipe");
  }

  /** Returns the text written so far, see {@link Outcome#text}. */
  public String stdout() {
    return Outcome.text(invocation.stdout().bytes());
  }

  /** Returns the text written so far, see {@link Outcome#text}. */
  public String stderr() {
    return Outcome.text(invocation.stderr().bytes());
  }

  public boolean isAlive() {
    return !exit.isDone();
  }

  /**
   * Waits for the end.
   *
   * @throws AssertionError if it takes longer than the limit, or the command threw an exception
   */
  public Outcome end(Duration limit) {
    try {
      int code = exit.get(limit.toMillis(), TimeUnit.MILLISECONDS);
      return new Outcome(code, stdout(), stderr());
    } catch (TimeoutException e) {
      throw new AssertionError(
          arguments + " still runs; stdout: " + stdout() + "; stderr: " + stderr(), e);
    } catch (ExecutionException e) {
      throw new AssertionError(arguments + " threw " + e.getCause(), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while waiting for " + arguments, e);
    }
  }

  /**
   * Cancels the command, as if its caller had gone: calls are cancelled, and threads that wait for
   * input end.
   */
  @Override
  public void close() {
    invocation.gone().complete(null);
    closeInput();
  }
}
