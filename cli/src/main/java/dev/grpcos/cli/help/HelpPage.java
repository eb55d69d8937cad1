package dev.grpcos.cli.help;

import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * The help of a command.
 *
 * <p>Its width is fixed, so that the launcher can print it without a JVM, with the same bytes.
 * Examples are never broken.
 *
 * @param command the command
 * @param coloured whether headings and names are bold
 */
public record HelpPage(CommandSpec command, boolean coloured) {
  private static final int WIDTH = 80;

  /** The column of the descriptions of options and arguments. */
  private static final int COLUMN = 28;

  private static final String SECTION = "page";

  /** Makes a command and its subcommands print these pages as their help. */
  public static void install(CommandLine root) {
    root.setHelpSectionKeys(List.of(SECTION));
    root.getHelpSectionMap()
        .put(SECTION, help -> new HelpPage(help.commandSpec(), help.ansi().enabled()).full());
    root.getSubcommands().values().forEach(HelpPage::install);
  }

  /** Returns the visible subcommands of a command. */
  public static List<CommandSpec> subcommands(CommandSpec command) {
    return command.subcommands().values().stream()
        .map(CommandLine::getCommandSpec)
        .filter(spec -> !spec.usageMessage().hidden())
        .toList();
  }

  /** Returns the visible arguments of a command that are not options. */
  public static List<PositionalParamSpec> parameters(CommandSpec command) {
    return command.positionalParameters().stream().filter(each -> !each.hidden()).toList();
  }

  /**
   * Returns a line such as {@code grpcos call [OPTIONS] METHOD [FIELD...]}. A custom synopsis of
   * the command names its arguments.
   */
  public static String synopsis(CommandSpec command) {
    StringBuilder line = new StringBuilder(command.qualifiedName(" "));
    if (!subcommands(command).isEmpty()) {
      return line.append(" COMMAND [OPTIONS] [ARGUMENTS]").toString();
    }
    line.append(" [OPTIONS]");
    String[] own = command.usageMessage().customSynopsis();
    if (own.length > 0) {
      return line.append(' ').append(String.join(" ", own)).toString();
    }
    for (PositionalParamSpec parameter : parameters(command)) {
      String label = parameter.paramLabel();
      // a parameter that hides its syntax is required by the command itself, not by picocli
      boolean optional = parameter.arity().min() == 0 && !parameter.hideParamSyntax();
      line.append(
          parameter.index().isVariable()
              ? " [" + label + "...]"
              : optional ? " [" + label + "]" : " " + label);
    }
    return line.toString();
  }

  /** Returns the names of an option and its value, such as {@code -d, --data=JSON}. */
  public static String term(OptionSpec option) {
    String label = option.paramLabel();
    if (!option.splitRegex().isEmpty()) {
      label += "[," + label + "...]";
    }
    String value =
        option.arity().max() == 0
            ? ""
            : option.arity().min() == 0 ? "[=" + label + "]" : "=" + label;
    return String.join(", ", option.names()) + value;
  }

  /** Returns the complete help. */
  String full() {
    StringBuilder page = new StringBuilder();
    page.append(bold("Usage:")).append(' ').append(synopsis(command)).append("\n\n");
    for (String paragraph : command.usageMessage().description()) {
      wrap(paragraph, 0, 0, page);
    }
    List<PositionalParamSpec> parameters = parameters(command);
    if (!parameters.isEmpty()) {
      heading("Arguments", page);
      parameters.forEach(each -> item(each.paramLabel(), described(each), COLUMN, page));
    }
    for (OptionGroup.Section section : OptionGroup.sections(command)) {
      heading(section.title(), page);
      section.options().forEach(option -> option(option, page));
    }
    commands(page);
    heading("Exit codes", page);
    command
        .usageMessage()
        .exitCodeList()
        .forEach((code, meaning) -> item(code.strip(), meaning, 12, page));
    heading("Examples", page);
    Stream.of(command.usageMessage().footer()).forEach(line -> page.append(line).append('\n'));
    return page.toString();
  }

  /** Returns what a command with subcommands is for, and their list. */
  public String brief() {
    StringBuilder page = new StringBuilder();
    page.append(bold("Usage:")).append(' ').append(synopsis(command)).append("\n\n");
    wrap(command.usageMessage().description()[0], 0, 0, page);
    commands(page);
    String name = command.qualifiedName(" ");
    page.append("\nSee '").append(name).append(" COMMAND --help' for a command");
    if (command.parent() == null) {
      page.append(", and 'man grpcos' for the manual");
    }
    return page.append(".\n").toString();
  }

  private void commands(StringBuilder page) {
    List<CommandSpec> subcommands = subcommands(command);
    if (subcommands.isEmpty()) {
      return;
    }
    heading("Commands", page);
    int column = 4 + subcommands.stream().mapToInt(spec -> spec.name().length()).max().orElse(0);
    for (CommandSpec spec : subcommands) {
      item(spec.name(), firstSentence(spec), column, page);
    }
  }

  /** Returns the first sentence of a command's description, without its full stop. */
  public static String firstSentence(CommandSpec command) {
    String[] description = command.usageMessage().description();
    String text = description.length == 0 ? "" : description[0];
    int end = text.indexOf(". ");
    return end < 0 ? text.replaceFirst("\\.$", "") : text.substring(0, end);
  }

  private void option(OptionSpec option, StringBuilder page) {
    // the long names are below each other
    String indent = option.shortestName().startsWith("--") ? "    " : "";
    item(indent + term(option), described(option), COLUMN, page);
  }

  private static String described(ArgSpec argument) {
    return String.join(" ", argument.description());
  }

  private void heading(String title, StringBuilder page) {
    page.append('\n').append(bold(title + ":")).append('\n');
  }

  /** Adds a term and its description, which begins in the next line if the term is too long. */
  private void item(String term, String description, int column, StringBuilder page) {
    page.append("  ").append(bold(term));
    int at = 2 + term.length();
    if (at + 2 > column) {
      page.append('\n');
      at = 0;
    }
    page.append(" ".repeat(column - at));
    wrap(description, column, column, page);
  }

  /**
   * Adds words, broken at white space alone.
   *
   * @param at the column where the first word goes
   * @param column the column where further lines begin
   */
  private static void wrap(String text, int at, int column, StringBuilder page) {
    int end = at;
    for (String word : text.strip().split("\\s+", -1)) {
      if (end > column && end + 1 + word.length() > WIDTH) {
        page.append('\n').append(" ".repeat(column));
        end = column;
      } else if (end > column) {
        page.append(' ');
        end++;
      }
      page.append(word);
      end += word.length();
    }
    page.append('\n');
  }

  private String bold(String text) {
    String name = text.stripLeading();
    return coloured
        ? " ".repeat(text.length() - name.length()) + "\u001b[1m" + name + "\u001b[0m"
        : text;
  }
}
