package dev.grpcos.cli.daemon;

import dev.grpcos.cli.connection.Connection;
import dev.grpcos.cli.failure.CliException;
import dev.grpcos.gateway.text.DurationText;
import dev.grpcos.proto.admin.v1.StopResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Stops a gateway and waits until its process has ended. */
public final class GatewayStop {
  /** The time that the process may take to end after its drain. */
  private static final Duration GRACE = Duration.ofSeconds(10);

  /** The time after which the command says what it waits for, if no call is in flight. */
  private static final Duration SILENCE = Duration.ofSeconds(2);

  private static final long POLL_MILLIS = 20;

  private final Consumer<String> notes;

  /**
   * @param notes receives lines that say what the command waits for
   */
  public GatewayStop(Consumer<String> notes) {
    this.notes = notes;
  }

  /**
   * Stops the gateway at the other end of the connection, and closes the connection.
   *
   * @throws CliException FAILURE if it does not end in time
   */
  public void stop(Connection connection) {
    StopResponse stopping = new AdminClient(connection.channel()).stop();
    // The drain also waits for this connection.
    connection.close();
    long pid = stopping.getPid();
    long calls = stopping.getCallsInFlight();
    Duration drain =
        Duration.ofSeconds(stopping.getDrain().getSeconds(), stopping.getDrain().getNanos());
    if (calls > 0) {
      notes.accept(
          "grpcos: the gateway (pid %d) waits for %d %s in flight, for at most %s"
              .formatted(pid, calls, calls == 1 ? "call" : "calls", DurationText.of(drain)));
    }
    // In another pid namespace this process does not exist, or is another one.
    Optional<ProcessHandle> process = ProcessHandle.of(pid);
    if (process.isPresent()) {
      await(process.get(), drain, calls > 0);
    }
  }

  /**
   * Waits for the end of the process. It checks at short intervals, because for a process that is
   * not a child, the JDK's own wait checks at ever longer ones.
   */
  private void await(ProcessHandle process, Duration drain, boolean callsReported) {
    Duration timeout = drain.plus(GRACE);
    long start = System.nanoTime();
    boolean reported = callsReported;
    while (ProcessState.isRunning(process)) {
      long waited = System.nanoTime() - start;
      if (waited > timeout.toNanos()) {
        throw CliException.refused(
            "the gateway (pid %d) has not ended within %s; end it with: kill -9 %d",
            process.pid(), DurationText.of(timeout), process.pid());
      }
      if (!reported && waited > SILENCE.toNanos()) {
        reported = true;
        notes.accept(
            "grpcos: waiting until the gateway (pid %d) has ended, for at most %s"
                .formatted(process.pid(), DurationText.of(timeout)));
      }
      try {
        TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
      } catch (InterruptedException e) {
        throw CliException.failure(
            e, "cannot wait for the gateway (pid %d): interrupted", process.pid());
      }
    }
  }
}
