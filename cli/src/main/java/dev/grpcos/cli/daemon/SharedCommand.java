package dev.grpcos.cli.daemon;

import dev.grpcos.cli.invocation.Signals;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.ToLongFunction;

/** A command that runs with the standard streams of this process, and gets its signals. */
public final class SharedCommand {
  private static final System.Logger LOG = System.getLogger("dev.grpcos.cli.share");

  private SharedCommand() {}

  /**
   * Runs the command to its end.
   *
   * @param terminal whether a terminal sends its interrupts to the command itself
   * @return its exit code; 128 and the number of the signal that ended it
   * @throws IOException if the command cannot be started
   */
  public static int run(List<String> command, Map<String, String> variables, boolean terminal)
      throws IOException, InterruptedException {
    return run(bound(List.of(), command), variables, terminal, Process::pid);
  }

  /**
   * Runs a command of bwrap(1) with a process namespace, as {@link #run} does. The signals are sent
   * to the command in the sandbox, because bwrap does not pass them on.
   */
  public static int runInSandbox(List<String> command, Map<String, String> variables)
      throws IOException, InterruptedException {
    // In its own session, bwrap does not get the terminal's interrupts, which would end it.
    Optional<Path> session = inPath("setsid").filter(SharedCommand::isOfUtilLinux);
    return run(
        bound(session.map(path -> List.of(path.toString(), "--")).orElse(List.of()), command),
        variables,
        session.isEmpty(),
        SharedCommand::sandboxed);
  }

  private static int run(
      List<String> words,
      Map<String, String> variables,
      boolean terminal,
      ToLongFunction<Process> target)
      throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(words).inheritIO();
    change(builder.environment(), variables);
    CompletableFuture<Process> started = new CompletableFuture<>();
    for (String signal : List.of("TERM", "HUP", "INT")) {
      Signals.handle(
          signal,
          () -> {
            if (!terminal || !signal.equals("INT")) {
              var unused = started.thenAccept(process -> send(signal, target.applyAsLong(process)));
            }
          });
    }
    Process process = builder.start();
    started.complete(process);
    return process.waitFor();
  }

  /**
   * Changes the environment of a command.
   *
   * @param variables the variables to set; a socket excludes other targets of this process
   */
  static void change(Map<String, String> environment, Map<String, String> variables) {
    if (variables.containsKey("GRPCOS_SOCKET")) {
      // Commands would prefer these to the socket, and call with the user's own credentials.
      environment.keySet().removeAll(Set.of("GRPCOS_TARGET", "GRPCOS_CONTEXT"));
    }
    environment.putAll(variables);
  }

  /**
   * Returns the pid of the command that bwrap runs: the oldest child of the first process in the
   * namespace, which is bwrap's child. Until it runs, returns that of bwrap.
   */
  private static long sandboxed(Process sandbox) {
    return sandbox
        .children()
        .flatMap(ProcessHandle::children)
        .min(Comparator.comparing(child -> child.info().startInstant().orElse(Instant.MAX)))
        .map(ProcessHandle::pid)
        .orElse(sandbox.pid());
  }

  /** Runs an action when SIGTERM, SIGHUP or SIGINT asks this process to end. */
  public static void onEnd(Runnable action) {
    for (String signal : List.of("TERM", "HUP", "INT")) {
      Signals.handle(signal, action);
    }
  }

  /**
   * Returns the command, bound to the life of this process where setpriv(1) can do that.
   *
   * @param prefix a command that executes the command
   */
  private static List<String> bound(List<String> prefix, List<String> command) {
    List<String> words = new ArrayList<>();
    inPath("setpriv")
        .filter(SharedCommand::isOfUtilLinux)
        .ifPresent(path -> words.addAll(List.of(path.toString(), "--pdeathsig", "TERM", "--")));
    words.addAll(prefix);
    words.addAll(command);
    return words;
  }

  /** Returns whether the program is not an applet of another one, which may lack the option. */
  private static boolean isOfUtilLinux(Path program) {
    try {
      return Objects.equals(program.toRealPath().getFileName(), program.getFileName());
    } catch (IOException e) {
      return false;
    }
  }

  /** Returns the program with this name. */
  public static Optional<Path> inPath(String name) {
    return ProgramSearch.find(name, System.getenv("PATH"), null);
  }

  /** Sends a signal by the shell, because the JDK can send only two of them. */
  private static void send(String signal, long pid) {
    try {
      Process unused =
          new ProcessBuilder("/bin/sh", "-c", "kill -s \"$1\" \"$2\"", "sh", signal, "" + pid)
              .redirectErrorStream(true)
              .redirectOutput(Redirect.DISCARD)
              .start();
    } catch (IOException e) {
      LOG.log(System.Logger.Level.WARNING, "SIG" + signal + " cannot be passed on", e);
    }
  }
}
