package dev.grpcos.cli.command;

import java.util.Set;
import java.util.TreeSet;
import picocli.CommandLine;

/** The options of all commands. */
public final class OptionNames {
  private OptionNames() {}

  /** Returns all names, long and short, with their hyphens. */
  public static Set<String> all() {
    Set<String> names = new TreeSet<>();
    add(Commands.tree("", new CommandContext()), names);
    return names;
  }

  private static void add(CommandLine command, Set<String> names) {
    names.addAll(command.getCommandSpec().optionsMap().keySet());
    command.getSubcommands().values().forEach(each -> add(each, names));
  }
}
