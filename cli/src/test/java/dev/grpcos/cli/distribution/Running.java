package dev.grpcos.cli.distribution;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A process that a {@link Command} started; closing it kills it and the processes it started.
 *
 * <p>Not thread-safe.
 */
public final class Running implements AutoCloseable {
  private final Process process;
  private final List<String> arguments;
  private final Path out;
  private final Path err;

  Running(Process process, List<String> arguments, Path out, Path err) {
    this.process = process;
    this.arguments = List.copyOf(arguments);
    this.out = out;
    this.err = err;
  }

  /** Writes to standard input; a process that ends early is not an error. */
  public void type(byte[] bytes) {
    OutputStream pipe = process.getOutputStream();
    try {
      pipe.write(bytes);
      pipe.flush();
    } catch (IOException e) {
      ignoreBrokenPipe(e);
    }
  }

  /** Writes to standard input. */
  public void type(String text) {
    type(text.getBytes(UTF_8));
  }

  /** Ends standard input. */
  public void closeInput() {
    try {
      process.getOutputStream().close();
    } catch (IOException e) {
      ignoreBrokenPipe(e);
    }
  }

  /** The JDK replaces the pipe of a process that has ended with a stream that is closed. */
  private static void ignoreBrokenPipe(IOException e) {
    if (!"Broken pipe".equals(e.getMessage()) && !"Stream closed".equals(e.getMessage())) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the output so far, see {@link Outcome#text}. */
  public String stdout() {
    return read(out);
  }

  /** Returns the output so far, see {@link Outcome#text}. */
  public String stderr() {
    return read(err);
  }

  private static String read(Path file) {
    try {
      return Outcome.text(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public long pid() {
    return process.pid();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** Sends a signal, by its name without SIG. */
  public void signal(String name) {
    new Command(Path.of("/bin/sh"), "-c", "kill -" + name + " " + pid()).run();
  }

  /**
   * Waits for the end.
   *
   * @throws AssertionError if it takes longer than the limit
   */
  public Outcome end(Duration limit) {
    try {
      if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new AssertionError(
            arguments + " still runs; stdout: " + stdout() + "; stderr: " + stderr());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(arguments + ": interrupted while waiting for it", e);
    }
    return new Outcome(process.exitValue(), stdout(), stderr());
  }

  @Override
  public void close() {
    try (Stream<ProcessHandle> children = process.descendants()) {
      children.forEach(ProcessHandle::destroyForcibly);
    }
    process.destroyForcibly().onExit().join();
    closeInput();
    try {
      Files.delete(out);
      Files.delete(err);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
