package dev.grpcos.gateway.credential;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A program that prints a token.
 *
 * <p>It runs in a new session. When the program has ended or exceeded its timeout, all processes of
 * the session are killed.
 *
 * @param command the program and its arguments, run without a shell
 * @param refresh the time between two runs if the token has no expiry
 * @param timeout the longest time that the program may run
 */
record TokenCommand(List<String> command, Duration refresh, Duration timeout)
    implements TokenSource {
  private static final Path SETSID = Path.of("/usr/bin/setsid");

  /**
   * A token is read again when a fifth of its remaining lifetime is left, or one minute if that is
   * less.
   */
  private static final int SHARE = 5;

  private static final Duration SHORTEST = Duration.ofSeconds(1);
  private static final Duration LONGEST_BEFORE = Duration.ofMinutes(1);

  @Override
  public Token read(@Nullable Token last) throws IOException, InterruptedException {
    String name = "token command " + command.get(0);
    boolean session = Files.isExecutable(SETSID);
    List<String> line = new ArrayList<>(session ? List.of(SETSID.toString()) : List.of());
    line.addAll(command);
    Process process = new ProcessBuilder(line).redirectInput(new File("/dev/null")).start();
    try {
      FutureTask<byte[]> output = reader(process.getInputStream());
      FutureTask<byte[]> errors = reader(process.getErrorStream());
      long end = System.nanoTime() + timeout.toNanos();
      if (!process.waitFor(timeout.toNanos(), TimeUnit.NANOSECONDS)) {
        throw new IOException(name + " did not end within " + timeout.toSeconds() + " s");
      }
      if (process.exitValue() != 0) {
        throw new IOException(
            name + " exited with " + process.exitValue() + lastLine(await(errors, end, name)));
      }
      return Token.parse(await(output, end, name), name);
    } finally {
      kill(process, session);
    }
  }

  @Override
  public Duration readAgain(Token token, Instant now) {
    if (token.expires() == null) {
      return refresh;
    }
    Duration left = Duration.between(now, token.expires());
    Duration before = left.dividedBy(SHARE);
    Duration wait = left.minus(before.compareTo(LONGEST_BEFORE) > 0 ? LONGEST_BEFORE : before);
    return wait.compareTo(SHORTEST) < 0 ? SHORTEST : wait;
  }

  private static FutureTask<byte[]> reader(InputStream in) {
    FutureTask<byte[]> task = new FutureTask<>(() -> in.readNBytes(Token.MOST_BYTES));
    Thread thread = new Thread(task, "grpcos-token-command");
    thread.setDaemon(true);
    thread.start();
    return task;
  }

  private static byte[] await(FutureTask<byte[]> output, long end, String name)
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
