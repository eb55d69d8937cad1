package dev.grpcos.cli.man;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/**
 * The manual page of a command, in section 1.
 *
 * @param command a command with its parent and siblings, which the page refers to
 * @see <a href="https://man7.org/linux/man-pages/man7/groff_man.7.html">groff_man(7)</a>
 */
public record ManPage(CommandSpec command) {
  /** Returns the pages of a command and its subcommands, except hidden ones. */
  public static List<ManPage> all(CommandSpec root) {
    List<ManPage> pages = new ArrayList<>();
    pages.add(new ManPage(root));
    subcommands(root).forEach(subcommand -> pages.addAll(all(subcommand)));
    return pages;
  }

  /** Returns the page's name, such as {@code grpcos-call}. */
  public String name() {
    return command.qualifiedName("-");
  }

  /** Returns the page as roff source. */
  public String roff(String release) {
    Roff out = new Roff(name().toUpperCase(Locale.ROOT), release);
    UsageMessageSpec usage = command.usageMessage();
    out.section("NAME");
    out.text(name() + " - " + firstSentence(usage.description()));
    out.section("SYNOPSIS");
    out.definition(synopsis());
    out.section("DESCRIPTION");
    out.paragraphs(List.of(usage.description()));
    arguments(out);
    options(out);
    commands(out);
    out.section("EXIT STATUS");
    usage.exitCodeList().forEach((code, meaning) -> out.item(Roff.bold(code), meaning));
    out.section("EXAMPLES");
    out.verbatim(List.of(usage.footer()));
    out.section("SEE ALSO");
    out.references(related().stream().map(ManPage::name).toList());
    return out.toString();
  }

  private static List<CommandSpec> subcommands(CommandSpec command) {
    return command.subcommands().values().stream()
        .map(line -> line.getCommandSpec())
        .filter(spec -> !spec.usageMessage().hidden())
        .toList();
  }

  private String synopsis() {
    StringBuilder line = new StringBuilder(Roff.bold(command.qualifiedName(" ")));
    line.append(" [").append(Roff.italic("OPTION")).append("]...");
    for (PositionalParamSpec parameter : visible(command.positionalParameters())) {
      String label = Roff.italic(parameter.paramLabel());
      boolean many = parameter.index().isVariable();
      // a parameter that hides its syntax is required by the command itself, not by picocli
      boolean optional = parameter.arity().min() == 0 && !parameter.hideParamSyntax();
      line.append(' ').append(many ? "[" + label + "...]" : optional ? "[" + label + "]" : label);
    }
    if (!subcommands(command).isEmpty()) {
      line.append(' ').append(Roff.italic("COMMAND"));
    }
    return line.toString();
  }

  private void arguments(Roff out) {
    List<PositionalParamSpec> parameters = visible(command.positionalParameters());
    if (!parameters.isEmpty()) {
      out.section("ARGUMENTS");
      for (PositionalParamSpec parameter : parameters) {
        out.item(Roff.italic(parameter.paramLabel()), String.join("\n", parameter.description()));
      }
    }
  }

  private void options(Roff out) {
    out.section("OPTIONS");
    List<OptionSpec> options = new ArrayList<>(visible(command.options()));
    options.sort(Comparator.comparing(OptionSpec::longestName));
    for (OptionSpec option : options) {
      out.item(names(option), String.join("\n", option.description()));
    }
  }

  private static String names(OptionSpec option) {
    List<String> names = new ArrayList<>();
    for (String name : option.names()) {
      names.add(Roff.bold(name));
    }
    String value = Roff.italic(option.paramLabel());
    return String.join(", ", names)
        + switch (option.arity().max()) {
          case 0 -> "";
          default -> option.arity().min() == 0 ? "[=" + value + "]" : "=" + value;
        };
  }

  private void commands(Roff out) {
    List<CommandSpec> subcommands = subcommands(command);
    if (!subcommands.isEmpty()) {
      out.section("COMMANDS");
      for (CommandSpec subcommand : subcommands) {
        out.item(
            Roff.bold(subcommand.name()), firstSentence(subcommand.usageMessage().description()));
      }
    }
  }

  private List<ManPage> related() {
    List<ManPage> related = new ArrayList<>();
    @Nullable CommandSpec parent = command.parent();
    if (parent != null) {
      related.add(new ManPage(parent));
    }
    subcommands(parent == null || !subcommands(command).isEmpty() ? command : parent)
        .forEach(
            spec -> {
              if (spec != command) {
                related.add(new ManPage(spec));
              }
            });
    return related;
  }

  private static <T extends ArgSpec> List<T> visible(List<T> arguments) {
    return arguments.stream().filter(argument -> !argument.hidden()).toList();
  }

  private static String firstSentence(String[] description) {
    String text = description.length == 0 ? "" : Objects.requireNonNull(description[0]);
    int end = text.indexOf(". ");
    return end < 0 ? text.replaceFirst("\\.$", "") : text.substring(0, end);
  }
}
