package dev.grpcos.cli.man;

import dev.grpcos.cli.help.HelpPage;
import dev.grpcos.cli.help.OptionGroup;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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
 * @param documents the pages of other sections; this one refers to those that refer to it
 * @see <a href="https://man7.org/linux/man-pages/man7/groff_man.7.html">groff_man(7)</a>
 */
record CommandPage(CommandSpec command, List<MarkdownPage> documents) {
  private static final Pattern VALUE = Pattern.compile("[A-Z]+(?![a-z])");

  /** Returns the pages of a command and its subcommands, except hidden ones. */
  static List<CommandPage> all(CommandSpec root, List<MarkdownPage> documents) {
    List<CommandPage> pages = new ArrayList<>();
    pages.add(new CommandPage(root, documents));
    subcommands(root).forEach(subcommand -> pages.addAll(all(subcommand, documents)));
    return pages;
  }

  /** Returns the page's name, such as {@code grpcos-call} in section 1. */
  ManualName name() {
    return name(command);
  }

  private static ManualName name(CommandSpec command) {
    return new ManualName(command.qualifiedName("-"), 1);
  }

  /** Returns the page as roff source. */
  String roff(String release) {
    Roff out = new Roff(name().name(), 1, release);
    UsageMessageSpec usage = command.usageMessage();
    out.section("NAME");
    out.source(
        Roff.escaped(name().name()) + " \\- " + Roff.escaped(HelpPage.firstSentence(command)));
    out.section("SYNOPSIS");
    out.source(synopsis());
    out.section("DESCRIPTION");
    out.paragraphs(List.of(usage.description()));
    arguments(out);
    options(out);
    commands(out);
    out.section("EXIT STATUS");
    usage
        .exitCodeList()
        .forEach((code, meaning) -> out.item(Roff.bold(code), Roff.escaped(meaning)));
    notes("ENVIRONMENT", ManualNotes.VARIABLES, out);
    notes("FILES", ManualNotes.FILES, out);
    out.section("EXAMPLES");
    out.verbatim(
        Stream.of(usage.footer()).map(example -> example.replaceFirst("^ {2}", "")).toList());
    out.section("SEE ALSO");
    out.references(related());
    return out.toString();
  }

  private static List<CommandSpec> subcommands(CommandSpec command) {
    return HelpPage.subcommands(command);
  }

  private String synopsis() {
    String name = command.qualifiedName(" ");
    return Roff.bold(name) + values(HelpPage.synopsis(command).substring(name.length()));
  }

  /** Returns text as roff source, with words in capitals in italics. */
  private static String values(String text) {
    return VALUE.matcher(Roff.escaped(text)).replaceAll("\\\\fI$0\\\\fR");
  }

  private void arguments(Roff out) {
    List<PositionalParamSpec> parameters = HelpPage.parameters(command);
    if (!parameters.isEmpty()) {
      out.section("ARGUMENTS");
      for (PositionalParamSpec parameter : parameters) {
        out.item(Roff.italic(parameter.paramLabel()), described(parameter));
      }
    }
  }

  private void options(Roff out) {
    List<OptionGroup.Section> sections = OptionGroup.sections(command);
    if (!sections.isEmpty()) {
      out.section("OPTIONS");
    }
    for (OptionGroup.Section section : sections) {
      if (sections.size() > 1) {
        out.subsection(section.title());
      }
      section.options().forEach(option -> out.item(term(option), described(option)));
    }
  }

  private static String term(OptionSpec option) {
    String names = String.join(", ", option.names());
    String term = HelpPage.term(option);
    return Stream.of(option.names()).map(Roff::bold).collect(Collectors.joining(", "))
        + values(term.substring(names.length()));
  }

  private void commands(Roff out) {
    List<CommandSpec> subcommands = subcommands(command);
    if (!subcommands.isEmpty()) {
      out.section("COMMANDS");
      for (CommandSpec subcommand : subcommands) {
        out.item(Roff.bold(subcommand.name()), Roff.escaped(HelpPage.firstSentence(subcommand)));
      }
    }
  }

  private static String described(ArgSpec argument) {
    return Roff.escaped(String.join("\n", argument.description()));
  }

  /** Writes the notes for this command and its subcommands. */
  private void notes(String title, List<ManualNotes.Note> notes, Roff out) {
    List<ManualNotes.Note> own = notes.stream().filter(note -> note.belongsTo(command)).toList();
    if (!own.isEmpty()) {
      out.section(title);
      own.forEach(note -> out.item(Roff.bold(note.name()), Roff.escaped(note.meaning())));
    }
  }

  private List<ManualName> related() {
    List<ManualName> related = new ArrayList<>();
    @Nullable CommandSpec parent = command.parent();
    if (parent != null) {
      related.add(name(parent));
    }
    subcommands(parent == null || !subcommands(command).isEmpty() ? command : parent)
        .forEach(
            spec -> {
              if (spec != command) {
                related.add(name(spec));
              }
            });
    documents.stream()
        .filter(page -> parent == null || page.refersTo(name()))
        .forEach(page -> related.add(page.name()));
    return related;
  }
}
