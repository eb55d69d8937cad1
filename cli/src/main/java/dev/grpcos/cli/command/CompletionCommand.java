package dev.grpcos.cli.command;

import dev.grpcos.cli.completion.Shell;
import dev.grpcos.cli.failure.ExitCode;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code grpcos completion}: prints the completion script of a shell. */
@Command(
    name = "completion",
    description =
        "Prints a script that makes a shell complete commands, options, files, and the"
            + " names of services, methods and fields of the server on the command line.",
    footer = {
      "  grpcos completion bash > ~/.local/share/bash-completion/completions/grpcos",
      "  grpcos completion zsh > ~/.zfunc/_grpcos  # a folder in fpath, before compinit",
      "  grpcos completion fish > ~/.config/fish/completions/grpcos.fish",
      "  source <(grpcos completion bash)    # for this session"
    })
final class CompletionCommand implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "SHELL", description = "bash, zsh or fish.")
  @Nullable Shell shell;

  @Mixin StandardOptions standard = new StandardOptions();

  private final CommandContext context;

  CompletionCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    Shell chosen = shell;
    if (chosen != null) {
      context.output().write(out -> out.write(chosen.script().getBytes(StandardCharsets.UTF_8)));
    }
    return ExitCode.OK;
  }
}
