package dev.grpcos.cli.command;

import dev.grpcos.cli.failure.CliException;
import dev.grpcos.cli.failure.ExitCode;
import dev.grpcos.cli.filter.FilterWorker;
import dev.grpcos.cli.invocation.Invocation;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code grpcos __filter}: evaluates the expressions of {@code --jq} for the gateway. */
@Command(name = "__filter", hidden = true)
final class FilterCommand implements Callable<Integer> {
  private final CommandContext context;

  FilterCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() throws InterruptedException {
    Invocation invocation = context.invocation();
    invocation.requireOwnProcess("it evaluates expressions for the gateway");
    try {
      FilterWorker.run(invocation.stdin(), invocation.stdout());
      return ExitCode.OK;
    } catch (IOException e) {
      throw CliException.failure(e, "the gateway has ended: %s", e.getMessage());
    }
  }
}
