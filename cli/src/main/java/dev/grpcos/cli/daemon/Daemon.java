package dev.grpcos.cli.daemon;

import dev.grpcos.cli.connection.Connections;
import dev.grpcos.cli.failure.CliException;
import dev.grpcos.gateway.failure.GatewayException;
import dev.grpcos.gateway.listener.SocketFiles;
import dev.grpcos.gateway.listener.UnixSocket;
import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Starts a gateway that outlives the command that starts it. */
public final class Daemon {
  /** Starts a new session if {@code setsid} exists; otherwise the process ignores SIGHUP. */
  private static final String DETACH =
      "if command -v setsid >/dev/null; then exec setsid \"$@\"; fi; trap '' HUP; exec \"$@\"";

  /** The longest time for which a gateway that owns the path may leave the command waiting. */
  private static final Duration OWNER_TIMEOUT = Duration.ofSeconds(5);

  private static final long POLL_MILLIS = 20;

  private final Path socket;
  private final LogFile log;
  private final Connections connections;

  /** Creates a starter of gateways at this path; starts nothing yet. */
  public Daemon(Path socket, Connections connections) {
    this.socket = socket;
    this.log = LogFile.of(socket);
    this.connections = connections;
  }

  /**
   * Starts a gateway and waits until it answers, unless one runs.
   *
   * @param arguments for {@code grpcos gateway run}
   * @return the pid of the gateway that already ran; empty if this call started one
   * @throws CliException FAILURE, with the end of its log, if the gateway does not answer in time
   */
  public Optional<Long> start(List<String> arguments, Duration timeout)
      throws InterruptedException {
    return locked(
        timeout,
        () -> {
          Optional<Long> running = running();
          if (running.isEmpty()) {
            startNow(arguments, timeout);
          }
          return running;
        });
  }

  /**
   * Ends a gateway and starts another one. Other commands that start a gateway at the path wait
   * until both is done, so that none of them takes the path while the first gateway drains.
   *
   * @param pid the gateway to end, which may listen on another path
   * @param stop ends that gateway, and returns when it has ended
   * @param arguments for {@code grpcos gateway run}
   * @throws CliException FAILURE if another gateway runs at the path, or as {@link #start} does
   */
  public void replace(long pid, Runnable stop, List<String> arguments, Duration timeout)
      throws InterruptedException {
    var unused =
        locked(
            timeout,
            () -> {
              refuseOther(running().filter(owner -> owner != pid));
              stop.run();
              refuseOther(running());
              startNow(arguments, timeout);
              return Optional.empty();
            });
  }

  private void refuseOther(Optional<Long> other) {
    if (other.isPresent()) {
      throw CliException.refused(
          "%s: another gateway (pid %d) runs there; end it with 'grpcos gateway stop --socket %s'",
          socket, other.get(), socket);
    }
  }

  /** A part of a start that requires the lock. */
  @FunctionalInterface
  private interface LockedStart {
    Optional<Long> run() throws GatewayException, IOException, InterruptedException;
  }

  private Optional<Long> locked(Duration timeout, LockedStart body) throws InterruptedException {
    try {
      // The log lies in this folder, so the folder is checked before a file in it is opened.
      SocketFiles.claimFolder(socket.resolveSibling(""));
      StartLock lock = StartLock.take(socket, timeout);
      try (lock) {
        return body.run();
      }
    } catch (GatewayException e) {
      throw CliException.failure(e, "cannot start a gateway at %s: %s", socket, e.getMessage());
    } catch (IOException e) {
      throw CliException.failure(e, "cannot start a gateway at %s: %s", socket, reason(e));
    }
  }

  /**
   * Returns the pid of the gateway that runs at the path. A gateway that starts or ends at this
   * moment owns the path without an answer, so it is given some time.
   *
   * @throws GatewayException if the path has an owner that does not answer this user
   */
  private Optional<Long> running() throws GatewayException, InterruptedException {
    long end = System.nanoTime() + OWNER_TIMEOUT.toNanos();
    while (true) {
      Optional<Long> pid = RunningGateway.at(socket, connections).map(status -> status.getPid());
      if (pid.isPresent()) {
        return pid;
      }
      try {
        // A process that would fail only because of the owner must not write to the owner's log.
        UnixSocket.requireNoOwner(socket);
        return Optional.empty();
      } catch (GatewayException e) {
        if (!e.isInUse() || System.nanoTime() > end) {
          throw e;
        }
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
  }

  private void startNow(List<String> arguments, Duration timeout)
      throws IOException, InterruptedException {
    long logged;
    Process process;
    try {
      logged = log.open();
      process = launch(arguments);
    } catch (IOException e) {
      throw new IOException("log " + log.path() + ": " + reason(e), e);
    }
    long end = System.nanoTime() + timeout.toNanos();
    while (!answers(process)) {
      if (!process.isAlive()) {
        throw CliException.failureWithExcerpt(
            log.since(logged), "the gateway did not start, see the end of its log %s:", log.path());
      }
      if (System.nanoTime() > end) {
        process.destroy();
        throw CliException.failureWithExcerpt(
            log.since(logged),
            "the gateway has not answered within %d s and was ended, see the end of its log %s:",
            timeout.toSeconds(),
            log.path());
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
  }

  private Process launch(List<String> arguments) throws IOException {
    String home = System.getProperty("grpcos.home");
    if (home == null) {
      throw new IOException(
          "this JVM was not started by bin/grpcos, so the folder of the installation is unknown");
    }
    List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", DETACH, "sh"));
    command.add(home + "/lib/grpcos-jvm");
    command.addAll(List.of("gateway", "run", "--detached", "--log", log.path().toString()));
    command.addAll(arguments);
    // The output of the JVM itself, and the error of a gateway that does not start.
    Redirect append = Redirect.appendTo(log.path().toFile());
    return new ProcessBuilder(command)
        .directory(new File("/"))
        .redirectInput(new File("/dev/null"))
        .redirectOutput(append)
        .redirectError(append)
        .start();
  }

  /** Returns whether the started gateway, and not another one, answers. */
  private boolean answers(Process process) {
    return RunningGateway.at(socket, connections)
        .filter(status -> status.getPid() == process.pid())
        .isPresent();
  }

  private static String reason(IOException e) {
    return e instanceof FileSystemException
        ? e.getClass().getSimpleName().replace("Exception", "") + ": " + e.getMessage()
        : String.valueOf(e.getMessage());
  }
}
