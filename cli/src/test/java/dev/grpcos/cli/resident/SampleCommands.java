package dev.grpcos.cli.resident;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Map.entry;

import dev.grpcos.cli.invocation.CommandRunner;
import dev.grpcos.cli.invocation.Invocation;
import dev.grpcos.cli.invocation.SizedInput;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Commands that each use one part of an invocation. */
final class SampleCommands implements CommandRunner {
  private interface SampleCommand {
    /**
     * @param argument the text after the command's name, or an empty string
     */
    int run(String argument, Invocation caller) throws IOException, InterruptedException;
  }

  private static final Map<String, SampleCommand> COMMANDS =
      Map.ofEntries(
          entry("nothing", (argument, caller) -> 0),
          entry("exit", (argument, caller) -> Integer.parseInt(argument)),
          entry("echo", (argument, caller) -> print(caller, argument)),
          entry("length", (argument, caller) -> print(caller, argument.length())),
          entry("cat", (argument, caller) -> copy(caller.stdin(), caller)),
          entry("count", (argument, caller) -> count(caller)),
          entry("reply", (argument, caller) -> reply(caller)),
          entry("duplex", (argument, caller) -> duplex(Path.of(argument), caller)),
          entry("yes", (argument, caller) -> yes(caller)),
          entry("lines", (argument, caller) -> lines(Integer.parseInt(argument), caller)),
          entry("both", (argument, caller) -> both(caller)),
          entry("file", (argument, caller) -> file(argument, caller)),
          entry("save", (argument, caller) -> save(argument, caller)),
          entry("interruptible", (argument, caller) -> interruptible(caller)),
          entry("size", (argument, caller) -> print(caller, SizedInput.of(caller.stdin()))),
          entry("__complete", (argument, caller) -> save(argument, caller)),
          entry("call", (argument, caller) -> call(argument, caller)),
          entry("steal", (argument, caller) -> file("/etc/passwd", caller)),
          entry("variable", (argument, caller) -> print(caller, caller.environment(argument))),
          entry("health", (argument, caller) -> print(caller, caller.environment(argument))),
          entry("facts", (argument, caller) -> facts(caller)),
          entry("own", (argument, caller) -> own(caller)),
          entry("fault", (argument, caller) -> Integer.parseInt("a fault made for a test")),
          entry("replaced", (argument, caller) -> replaced()),
          entry("first", (argument, caller) -> first(caller)),
          entry("hang", (argument, caller) -> hang(Path.of(argument), caller)),
          entry("status", (argument, caller) -> status(argument, caller)));

  @Override
  public int run(List<String> arguments, Invocation caller) {
    SampleCommand command = arguments.isEmpty() ? null : COMMANDS.get(arguments.get(0));
    try {
      if (command == null) {
        caller.stderr().write("grpcos: no such command\n".getBytes(UTF_8));
        return 2;
      }
      return command.run(arguments.size() < 2 ? "" : arguments.get(1), caller);
    } catch (IOException e) {
      return report(e, caller);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 1;
    }
  }

  private static int report(IOException cause, Invocation caller) {
    try {
      caller.stderr().write(("grpcos: " + cause.getMessage() + "\n").getBytes(UTF_8));
    } catch (IOException e) {
      return 3; // there is no stream to report it on
    }
    return 1;
  }

  private static int print(Invocation caller, @Nullable Object text) throws IOException {
    caller.stdout().write((text + "\n").getBytes(UTF_8));
    return 0;
  }

  private static int copy(InputStream in, Invocation caller) throws IOException {
    in.transferTo(caller.stdout());
    return 0;
  }

  private static int count(Invocation caller) throws IOException {
    long count = 0;
    byte[] block = new byte[Protocol.BLOCK];
    for (int n = caller.stdin().read(block); n >= 0; n = caller.stdin().read(block)) {
      count += n;
    }
    return print(caller, count);
  }

  /**
   * Behaves like a unary call: reads one value, writes its response, then reads the end of the
   * input.
   */
  private static int reply(Invocation caller) throws IOException {
    byte[] value = new byte[8192];
    int length = caller.stdin().read(value);
    caller.stdout().write(value, 0, Math.max(length, 0));
    while (caller.stdin().read(value) >= 0) {
      caller.stdout().write('.');
    }
    return 0;
  }

  private static int yes(Invocation caller) throws IOException {
    for (byte[] line = "y\n".getBytes(UTF_8); ; ) {
      caller.stdout().write(line);
    }
  }

  /** Writes endlessly while it reads to the end, and records the number of read bytes in a file. */
  private static int duplex(Path trace, Invocation caller) throws IOException {
    Thread writer =
        new Thread(
            () -> {
              try {
                yes(caller);
              } catch (IOException e) {
                return; // the command has ended
              }
            });
    writer.start();
    long count = caller.stdin().transferTo(OutputStream.nullOutputStream());
    Files.writeString(trace, Long.toString(count));
    return 0;
  }

  private static int lines(int count, Invocation caller) throws IOException {
    for (int i = 1; i <= count; i++) {
      print(caller, "a line of output, number " + i);
    }
    return 0;
  }

  private static int both(Invocation caller) throws IOException {
    for (int i = 0; i < 1000; i++) {
      caller.stdout().write(("out " + i + "\n").getBytes(UTF_8));
      caller.stderr().write(("err " + i + "\n").getBytes(UTF_8));
    }
    return 0;
  }

  /** The path may follow an option's name, as in {@code @FILE} and {@code --cert=FILE}. */
  private static int file(String argument, Invocation caller) throws IOException {
    try (InputStream file = caller.open(argument.replaceFirst("^.*[@=]", ""))) {
      return copy(file, caller);
    }
  }

  /** Writes to the file when it is interrupted. */
  private static int keep(OutputStream file, Invocation caller)
      throws IOException, InterruptedException {
    Supplier<String> report =
        () -> {
          try {
            file.write("held\n".getBytes(UTF_8));
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
          return "interrupted\n";
        };
    caller.whenInterrupted(
        report,
        () -> {
          String unused = report.get();
        });
    return first(caller);
  }

  private static String untilCancelled(Invocation caller) {
    try {
      awaitCancellation(caller);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return "";
  }

  /** Prints a file, or saves to one; {@code again=FILE} does both with one file. */
  private static int call(String argument, Invocation caller)
      throws IOException, InterruptedException {
    if (argument.startsWith("kept=")) {
      return keep(caller.create(argument.substring(5)), caller);
    }
    if (argument.startsWith("stuck=")) {
      OutputStream unused = caller.create(argument.substring(6));
      caller.whenInterrupted(() -> untilCancelled(caller), () -> untilCancelled(caller));
      return first(caller);
    }
    boolean again = argument.startsWith("again=");
    int printed = again || !argument.startsWith("--failed=") ? file(argument, caller) : 0;
    return again || argument.startsWith("--failed=") ? save(argument, caller) : printed;
  }

  /**
   * Copies its input to the file after an option's name, as in {@code --failed=FILE}. A short input
   * and the output are sent to the launcher together.
   */
  private static int save(String argument, Invocation caller) throws IOException {
    try (OutputStream file = caller.create(argument.replaceFirst("^.*=", ""))) {
      file.write(caller.stdin().readAllBytes());
      return print(caller, "saved");
    }
  }

  private static int interruptible(Invocation caller) throws IOException, InterruptedException {
    caller.whenInterrupted(() -> "interrupted\n", () -> {});
    return first(caller);
  }

  private static int facts(Invocation caller) throws IOException {
    return print(
        caller,
        "%s %s %s %d %d %s"
            .formatted(
                caller.stdinKind(),
                caller.stdoutKind(),
                caller.stderrKind(),
                caller.columns(),
                caller.uid(),
                caller.workingDirectory()));
  }

  private static int own(Invocation caller) {
    caller.requireOwnProcess("it requires a separate process");
    return 0;
  }

  /** Behaves as if the jar had been replaced by one without a class that the process needs. */
  private static int replaced() {
    throw new NoClassDefFoundError("no/such/Class");
  }

  /** Writes one line, then waits until its caller is gone. */
  private static int first(Invocation caller) throws IOException, InterruptedException {
    print(caller, "first");
    caller.stdout().flush();
    awaitCancellation(caller);
    return 65;
  }

  /** Records its events in files. */
  private static int hang(Path trace, Invocation caller) throws IOException, InterruptedException {
    Files.writeString(trace.resolveSibling(trace.getFileName() + ".started"), "");
    awaitCancellation(caller);
    Files.writeString(trace.resolveSibling(trace.getFileName() + ".cancelled"), "");
    return 65;
  }

  private static void awaitCancellation(Invocation caller) throws InterruptedException {
    CountDownLatch cancelled = new CountDownLatch(1);
    caller.cancellation().onCancel(cancelled::countDown);
    cancelled.await();
  }

  /** Returns a line of this process's status. */
  private static int status(String name, Invocation caller) throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith(name + ":")) {
        return print(caller, line.replaceAll("\\D", ""));
      }
    }
    return 1;
  }
}
