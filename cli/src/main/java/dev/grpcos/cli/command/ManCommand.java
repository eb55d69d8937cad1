package dev.grpcos.cli.command;

import dev.grpcos.cli.failure.CliException;
import dev.grpcos.cli.failure.ExitCode;
import dev.grpcos.cli.help.LauncherTexts;
import dev.grpcos.cli.man.Manual;
import dev.grpcos.gateway.process.Versions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;

/**
 * {@code grpcos __man}: writes the manual pages, and the texts of the launcher as a header in C;
 * called by the build.
 */
@Command(name = "__man", hidden = true)
final class ManCommand implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "DIR")
  String folder = "";

  @Parameters(index = "1", paramLabel = "SOURCES")
  String sources = "";

  @Parameters(index = "2", paramLabel = "HEADER")
  String header = "";

  private final CommandContext context;

  ManCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    context
        .invocation()
        .requireOwnProcess("the caller's files must be written with the caller's rights");
    Path working = context.invocation().workingDirectory();
    CommandSpec root = Commands.tree("", new CommandContext()).getCommandSpec();
    try {
      Manual.withDocuments(working.resolve(sources))
          .write(working.resolve(folder), root, Versions.read().grpcos());
      String version = String.join("\n", new VersionText().getVersion()) + "\n";
      Files.writeString(
          working.resolve(header), new LauncherTexts(root, version, ExitCode.USAGE).source());
    } catch (IOException e) {
      throw CliException.failure(e, "cannot write the manual: %s", e.getMessage());
    }
    return ExitCode.OK;
  }
}
