package dev.grpcos.cli.command;

import dev.grpcos.cli.connection.CallScope;
import dev.grpcos.cli.connection.Connection;
import dev.grpcos.cli.daemon.AdminClient;
import dev.grpcos.cli.failure.CliException;
import dev.grpcos.cli.failure.ExitCode;
import dev.grpcos.gateway.text.DurationText;
import dev.grpcos.proto.admin.v1.StopResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code grpcos gateway stop}: drains a gateway and waits until it has ended. */
@Command(
    name = "stop",
    description =
        "Stops the gateway and waits until it has ended. Calls in flight may finish within the"
            + " gateway's drain time.",
    footer = {"  grpcos gateway stop", "  grpcos gateway stop --socket run/grpcos.sock"})
final class GatewayStopCommand implements Callable<Integer> {
  /** The time that the process may take to end after its drain. */
  private static final Duration GRACE = Duration.ofSeconds(10);

  @Mixin SocketOptions endpoint = new SocketOptions();
  @Mixin StandardOptions standard = new StandardOptions();

  private final CommandContext context;

  GatewayStopCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    context.invocation().requireOwnProcess("the command outlives the gateway");
    return CallScope.run(
        context.invocation().cancellation(),
        endpoint.resolve(context.invocation())::connect,
        null,
        this::stop);
  }

  private int stop(Connection connection) {
    StopResponse stopping = new AdminClient(connection.channel()).stop();
    // The drain also waits for this connection.
    connection.close();
    long calls = stopping.getCallsInFlight();
    Duration drain =
        Duration.ofSeconds(stopping.getDrain().getSeconds(), stopping.getDrain().getNanos());
    if (calls > 0) {
      context
          .errors()
          .line(
              "grpcos: the gateway (pid %d) waits for %d %s in flight, for at most %s"
                  .formatted(
                      stopping.getPid(),
                      calls,
                      calls == 1 ? "call" : "calls",
                      DurationText.of(drain)));
    }
    Duration timeout = drain.plus(GRACE);
    // In another pid namespace this process does not exist, or is another one.
    Optional<ProcessHandle> process = ProcessHandle.of(stopping.getPid());
    try {
      if (process.isPresent()) {
        process.get().onExit().get(timeout.toMillis(), TimeUnit.MILLISECONDS);
      }
      return ExitCode.OK;
    } catch (TimeoutException e) {
      throw CliException.failure(
          e,
          "the gateway (pid %d) has not ended within %s; end it with: kill -9 %d",
          stopping.getPid(),
          DurationText.of(timeout),
          stopping.getPid());
    } catch (ExecutionException | InterruptedException e) {
      throw CliException.failure(
          e, "cannot wait for the gateway (pid %d): %s", stopping.getPid(), e.getMessage());
    }
  }
}
