package dev.grpcos.cli.invocation;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Standard output that goes through a pager, a child of this process, from the first write on.
 *
 * <p>This process ends only when the user has left the pager: a shutdown hook waits for that, so
 * that the exit code remains that of the command. If the user leaves the pager before the end of
 * the output, this process ends successfully.
 */
final class PagedOutput extends OutputStream {
  private final OutputStream direct;
  private final Supplier<@Nullable String> choice;
  private final Runnable whenLeft;
  private @Nullable OutputStream chosen;
  private boolean running;
  private volatile boolean complete;

  /**
   * Creates an output.
   *
   * @param direct standard output without a pager
   * @param choice returns the shell command of the pager, or null for none; called at the first
   *     write
   * @param whenLeft runs on another thread when the pager ends before the output does
   */
  PagedOutput(OutputStream direct, Supplier<@Nullable String> choice, Runnable whenLeft) {
    this.direct = direct;
    this.choice = choice;
    this.whenLeft = whenLeft;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public synchronized void write(byte[] bytes, int from, int count) throws IOException {
    OutputStream stream = stream();
    stream.write(bytes, from, count);
    stream.flush();
  }

  /** Returns whether the pager shows the output, so that the terminal belongs to it. */
  synchronized boolean isRunning() {
    return running;
  }

  private OutputStream stream() throws IOException {
    OutputStream stream = chosen;
    if (stream == null) {
      String command = choice.get();
      running = command != null;
      stream = command == null ? direct : start(command).getOutputStream();
      chosen = stream;
    }
    return stream;
  }

  private Process start(String command) throws IOException {
    ProcessBuilder builder = new ProcessBuilder("/bin/sh", "-c", command);
    builder
        .redirectOutput(ProcessBuilder.Redirect.INHERIT)
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .environment()
        .putIfAbsent("LESS", "FRX");
    Signals.handle("INT", () -> {}); // the key is for the pager
    Process process = builder.start();
    for (String signal : List.of("HUP", "TERM")) {
      Signals.handle(
          signal,
          () -> {
            await(process);
            Signals.restore(signal);
            Signals.endBy(signal);
          });
    }
    Runtime.getRuntime().addShutdownHook(new Thread(() -> await(process), "pager"));
    var unused =
        process
            .onExit()
            .thenRun(
                () -> {
                  if (!complete) {
                    whenLeft.run();
                  }
                });
    return process;
  }

  private void await(Process process) {
    complete = true;
    try {
      process.getOutputStream().close();
    } catch (IOException e) {
      complete = true; // the pager has ended, and everything was flushed before
    }
    boolean ended = false;
    while (!ended) {
      try {
        int unused = process.waitFor();
        ended = true;
      } catch (InterruptedException e) {
        ended = !process.isAlive();
      }
    }
  }
}
