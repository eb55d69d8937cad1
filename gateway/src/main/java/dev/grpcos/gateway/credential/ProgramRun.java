package dev.grpcos.gateway.credential;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Runs of a program that prints credentials.
 *
 * <p>It runs in a new session. When the program has ended or exceeded its timeout, all processes of
 * the session are killed.
 *
 * @param command the program and its arguments, run without a shell
 * @param name names the program in messages
 * @param timeout the longest time that the program may run
 */
record ProgramRun(List<String> command, String name, Duration timeout) {
  static final Duration TIMEOUT = Duration.ofSeconds(30);

  private static final Path SETSID = Path.of("/usr/bin/setsid");

  /**
   * Runs the program and returns its output, of which it reads one byte more than {@link
   * SecretText#MOST_BYTES} at most.
   *
   * @param input less than the buffer of a pipe, 64 KiB; the program need not read it
   * @throws IOException if the program fails or does not end in time
   */
  byte[] output(byte[] input) throws IOException, InterruptedException {
    boolean session = Files.isExecutable(SETSID);
    List<String> line = new ArrayList<>(session ? List.of(SETSID.toString()) : List.of());
    line.addAll(command);
    Process process =
        new ProcessBuilder(line)
            .redirectInput(input.length == 0 ? Redirect.from(new File("/dev/null")) : Redirect.PIPE)
            .start();
    try {
      FutureTask<byte[]> output = reader(process.getInputStream());
      FutureTask<byte[]> errors = reader(process.getErrorStream());
      long end = System.nanoTime() + timeout.toNanos();
      write(input, process);
      if (!process.waitFor(timeout.toNanos(), TimeUnit.NANOSECONDS)) {
        throw new IOException(name + " did not end within " + timeout.toSeconds() + " s");
      }
      if (process.exitValue() != 0) {
        throw new IOException(
            name + " exited with " + process.exitValue() + lastLine(await(errors, end)));
      }
      return await(output, end);
    } finally {
      kill(process, session);
    }
  }

  private static void write(byte[] input, Process process) {
    try (OutputStream out = process.getOutputStream()) {
      out.write(input);
    } catch (IOException e) {
      // The program ended, or closed its input, without reading it; its exit status decides.
    }
  }

  private static FutureTask<byte[]> reader(InputStream in) {
    FutureTask<byte[]> task = new FutureTask<>(() -> in.readNBytes(SecretText.MOST_BYTES + 1));
    Thread thread = new Thread(task, "grpcos-token-command");
    thread.setDaemon(true);
    thread.start();
    return task;
  }

  private byte[] await(FutureTask<byte[]> output, long end)
      throws IOException, InterruptedException {
    try {
      return output.get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw new IOException(name + " left a process behind that keeps its output open", e);
    } catch (ExecutionException e) {
      throw new IOException(name + ": its output cannot be read: " + e.getCause(), e);
    }
  }

  private static String lastLine(byte[] errors) {
    List<String> lines = new String(errors, UTF_8).lines().filter(each -> !each.isBlank()).toList();
    return lines.isEmpty() ? "" : ": " + lines.get(lines.size() - 1).strip();
  }

  /** Kills the remaining processes, which also ends the streams of the reader threads. */
  private static void kill(Process process, boolean session)
      throws IOException, InterruptedException {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    if (session) {
      // The process group has the pid of the session's leader as its number, even after the leader
      // has ended.
      new ProcessBuilder("/bin/sh", "-c", "kill -KILL -" + process.pid() + " 2>/dev/null")
          .redirectInput(new File("/dev/null"))
          .start()
          .waitFor(1, TimeUnit.SECONDS);
    }
  }
}
