package dev.grpcos.cli.daemon;

import dev.grpcos.cli.connection.Connection;
import dev.grpcos.cli.connection.Connections;
import dev.grpcos.cli.connection.Target;
import dev.grpcos.cli.failure.CallFailedException;
import dev.grpcos.cli.failure.CliException;
import dev.grpcos.gateway.failure.GatewayException;
import dev.grpcos.gateway.listener.SocketFiles;
import dev.grpcos.gateway.process.OwnProcess;
import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Starts a gateway that outlives the command that starts it. */
public final class Daemon {
  /** Starts a new session if {@code setsid} exists; otherwise the process ignores SIGHUP. */
  private static final String DETACH =
      "if command -v setsid >/dev/null; then exec setsid \"$@\"; fi; trap '' HUP; exec \"$@\"";

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(1);
  private static final long POLL_MILLIS = 20;

  private Daemon() {}

  /**
   * Starts a gateway and waits until it answers.
   *
   * @param arguments for {@code grpcos gateway run}
   * @throws CliException FAILURE, with the end of its log, if the gateway does not answer in time
   */
  public static void start(
      Path socket, List<String> arguments, Duration timeout, Connections connections)
      throws InterruptedException {
    LogFile log = LogFile.of(socket);
    long logged;
    Process process;
    try {
      // The log lies in this folder, so the folder is checked before the log is opened.
      SocketFiles.claimFolder(socket.resolveSibling(""));
      logged = log.open();
      process = launch(arguments, log.path());
    } catch (GatewayException e) {
      throw CliException.failure(e, "cannot start a gateway at %s: %s", socket, e.getMessage());
    } catch (IOException e) {
      throw CliException.failure(
          e, "cannot start a gateway at %s: log %s: %s", socket, log.path(), reason(e));
    }
    long end = System.nanoTime() + timeout.toNanos();
    while (!answers(socket, process, connections)) {
      if (!process.isAlive()) {
        throw CliException.failureWithExcerpt(
            log.since(logged), "the gateway did not start; its log %s ends with:", log.path());
      }
      if (System.nanoTime() > end) {
        process.destroy();
        throw CliException.failureWithExcerpt(
            log.since(logged),
            "the gateway has not answered within %d s and was ended; its log %s ends with:",
            timeout.toSeconds(),
            log.path());
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
  }

  private static Process launch(List<String> arguments, Path log) throws IOException {
    String home = System.getProperty("grpcos.home");
    if (home == null) {
      throw new IOException(
          "this JVM was not started by bin/grpcos, so the folder of the installation is unknown");
    }
    List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", DETACH, "sh"));
    command.add(home + "/lib/grpcos-jvm");
    command.addAll(List.of("gateway", "run", "--log", log.toString()));
    command.addAll(arguments);
    // The output of the JVM itself, and the error of a gateway that does not start.
    Redirect append = Redirect.appendTo(log.toFile());
    return new ProcessBuilder(command)
        .directory(new File("/"))
        .redirectInput(new File("/dev/null"))
        .redirectOutput(append)
        .redirectError(append)
        .start();
  }

  /** Returns whether the started gateway, and not another one, answers. */
  private static boolean answers(Path socket, Process process, Connections connections) {
    if (!Files.exists(socket, LinkOption.NOFOLLOW_LINKS)) {
      return false;
    }
    Target gateway = Target.gateway(socket, true, OwnProcess.uid());
    try (Connection connection = connections.connect(gateway, CONNECT_TIMEOUT)) {
      return new AdminClient(connection.channel()).status().getPid() == process.pid();
    } catch (CallFailedException e) {
      return false;
    }
  }

  private static String reason(IOException e) {
    return e instanceof FileSystemException
        ? e.getClass().getSimpleName().replace("Exception", "") + ": " + e.getMessage()
        : String.valueOf(e.getMessage());
  }
}
