package dev.grpcos.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.cli.help.HelpPage;
import dev.grpcos.cli.help.OptionGroup;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Tests the help of the real commands. */
final class HelpPageTest {
  private static List<CommandSpec> commands() {
    List<CommandSpec> commands = new ArrayList<>();
    add(Commands.tree("", new CommandContext()).getCommandSpec(), commands);
    return commands;
  }

  private static void add(CommandSpec command, List<CommandSpec> commands) {
    commands.add(command);
    HelpPage.subcommands(command).forEach(each -> add(each, commands));
  }

  private static String help(CommandSpec command) {
    return command.commandLine().getUsageMessage(CommandLine.Help.Ansi.OFF);
  }

  @Test
  void everyOptionHasAPlaceInOneGroup() {
    Set<String> options = new TreeSet<>();
    for (CommandSpec command : commands()) {
      command.options().stream()
          .filter(option -> !option.hidden())
          .map(OptionSpec::longestName)
          .forEach(options::add);
    }
    assertThat(OptionGroup.names()).containsExactlyInAnyOrderElementsOf(options);
  }

  @Test
  void optionsOfCallAreInGroups() {
    CommandSpec call =
        commands().stream().filter(each -> each.name().equals("call")).findFirst().orElseThrow();
    assertThat(help(call).lines().filter(line -> line.endsWith(" options:")))
        .containsExactly(
            "Request options:",
            "Output options:",
            "Call options:",
            "Connection and TLS options:",
            "Schema options:",
            "General options:");
    assertThat(help(call)).startsWith("Usage: grpcos call [OPTIONS] METHOD [FIELD...]\n");
  }

  @Test
  void everyLineFitsAndExamplesAreNotBroken() {
    assertThat(commands())
        .hasSizeGreaterThan(15)
        .allSatisfy(
            command -> {
              assertThat(help(command).lines())
                  .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
              assertThat(help(command)).contains(command.usageMessage().footer());
            });
  }
}
