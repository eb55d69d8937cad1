package dev.grpcos.cli.command;

import dev.grpcos.cli.failure.CliException;
import dev.grpcos.cli.failure.ExitCode;
import dev.grpcos.cli.man.Manual;
import dev.grpcos.gateway.process.Versions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code grpcos __man}: writes the manual pages; called by the build. */
@Command(name = "__man", hidden = true)
final class ManCommand implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "DIR")
  String folder = "";

  @Parameters(index = "1", paramLabel = "SOURCES")
  String sources = "";

  private final CommandContext context;

  ManCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    context
        .invocation()
        .requireOwnProcess("the caller's files must be written with the caller's rights");
    Path target = context.invocation().workingDirectory().resolve(folder);
    try {
      Manual.withDocuments(context.invocation().workingDirectory().resolve(sources))
          .write(
              target,
              Commands.tree("", new CommandContext()).getCommandSpec(),
              Versions.read().grpcos());
    } catch (IOException e) {
      throw CliException.failure(e, "cannot write manual pages to %s: %s", target, e.getMessage());
    }
    return ExitCode.OK;
  }
}
