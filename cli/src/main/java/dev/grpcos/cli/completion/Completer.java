package dev.grpcos.cli.completion;

import dev.grpcos.cli.schema.Schema;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * Completes command lines. An argument's label in the help, such as {@code FILE} or {@code METHOD},
 * determines its candidates.
 */
public final class Completer {
  /** Finds the schema that a command line refers to. */
  @FunctionalInterface
  public interface Schemas {
    /**
     * Runs a query on the schema that these options select.
     *
     * @return the candidates; empty if the schema is not available
     */
    List<Candidate> ask(List<GivenOption> options, Function<Schema, List<Candidate>> question);
  }

  /** Finds the names that stand for servers. */
  public interface Names {
    /** Returns the names of the caller's contexts. */
    List<String> contexts();

    /** Returns the names of the gateway's upstreams; empty if they are not available. */
    List<String> upstreams(List<GivenOption> options);
  }

  /** The maximum number of candidates. */
  private static final int MOST = 1_000;

  /**
   * What a schema may add to a word: names as protobuf permits, dots, slashes, and the signs behind
   * a field's name. A shell gives none of these characters a meaning.
   */
  private static final Pattern ADDED = Pattern.compile("[A-Za-z0-9_./:=-]*");

  /** The arguments that are a command to run, if they follow {@code --}. */
  private static final Set<String> COMMANDS = Set.of("COMMAND", "PATTERN");

  private static final List<String> CODES =
      Arrays.stream(Status.Code.values()).map(Status.Code::name).toList();

  private final CommandSpec root;
  private final Schemas schemas;
  private final Names names;

  public Completer(CommandSpec root, Schemas schemas, Names names) {
    this.root = root;
    this.schemas = schemas;
    this.names = names;
  }

  /**
   * Returns the completions of the last word.
   *
   * @param words the words after the command's name; the last one ends at the cursor and may be
   *     empty
   */
  public Completion complete(List<String> words) {
    String word = words.get(words.size() - 1);
    CaretPosition place = new CaretPosition(root, words.subList(0, words.size() - 1));
    OptionSpec awaiting = place.awaiting();
    if (awaiting != null) {
      return value(awaiting, "", word, place);
    }
    if (!place.optionsEnded() && word.startsWith("-")) {
      int equals = word.indexOf('=');
      OptionSpec option =
          equals < 0 ? null : place.command().optionsMap().get(word.substring(0, equals));
      return option == null
          ? words(options(place, word))
          : value(option, word.substring(0, equals + 1), word.substring(equals + 1), place);
    }
    if (place.positionals().isEmpty() && !place.command().subcommands().isEmpty()) {
      return words(subcommands(place.command(), word));
    }
    int index = place.positionals().size();
    for (PositionalParamSpec parameter : place.command().positionalParameters()) {
      if (parameter.index().contains(index)) {
        return value(parameter, "", word, place);
      }
    }
    return words(options(place, word));
  }

  private static Completion words(List<Candidate> candidates) {
    return new Completion.Words(
        candidates.size() > MOST ? candidates.subList(0, MOST) : candidates);
  }

  private static List<Candidate> subcommands(CommandSpec command, String word) {
    List<Candidate> candidates = new ArrayList<>();
    command
        .subcommands()
        .forEach(
            (name, line) -> {
              if (name.startsWith(word) && !line.getCommandSpec().usageMessage().hidden()) {
                candidates.add(
                    Candidate.word(
                        name, brief(line.getCommandSpec().usageMessage().description())));
              }
            });
    return candidates;
  }

  /** Completes a command that is named word by word, as an argument. */
  private Completion topics(List<String> words, String word) {
    CommandSpec command = root;
    for (String name : words) {
      CommandLine next = command.subcommands().get(name);
      if (next == null) {
        return Completion.NONE;
      }
      command = next.getCommandSpec();
    }
    return words(subcommands(command, word));
  }

  /** Returns the options by their long names, without those that cannot be repeated. */
  private static List<Candidate> options(CaretPosition place, String word) {
    List<OptionSpec> given = place.options().stream().map(GivenOption::option).toList();
    List<Candidate> candidates = new ArrayList<>();
    for (OptionSpec option : place.command().options()) {
      if (option.hidden() || (given.contains(option) && !option.isMultiValue())) {
        continue;
      }
      String name = option.longestName();
      if (!name.startsWith(word)) {
        name = option.shortestName();
      }
      if (name.startsWith(word)) {
        candidates.add(Candidate.word(name, brief(option.description())));
      }
    }
    return candidates;
  }

  private Completion value(ArgSpec argument, String before, String typed, CaretPosition place) {
    int comma = ",".equals(argument.splitRegex()) ? typed.lastIndexOf(',') + 1 : 0;
    String prefix = before + typed.substring(0, comma);
    String word = typed.substring(comma);
    List<String> constants = constants(argument);
    if (!constants.isEmpty()) {
      return words(
          constants.stream()
              .filter(constant -> constant.startsWith(word))
              .map(constant -> Candidate.word(prefix + constant, ""))
              .toList());
    }
    String label = argument.paramLabel();
    if (place.optionsEnded() && COMMANDS.contains(label)) {
      return new Completion.Files(before, false);
    }
    return switch (label) {
      case "FILE", "PATH" -> new Completion.Files(prefix, false);
      case "DIR" -> new Completion.Files(prefix, true);
      case "JSON", "'K: V'" ->
          word.startsWith("@") ? new Completion.Files(prefix + "@", false) : Completion.NONE;
      case "TARGET" -> targets(prefix, word, place);
      case "CONTEXT" -> named(prefix, "", word, names.contexts(), "context");
      case "UPSTREAM" -> named(prefix, "", word, names.upstreams(place.options()), "upstream");
      case "CODE" -> named(prefix, "", word, CODES, "");
      case "PATTERN" ->
          argument.isPositional()
              ? names(place, word, schema -> new SchemaNames(schema).methods(word))
              : Completion.NONE; // an option may require full names
      case "METHOD" -> names(place, word, schema -> new SchemaNames(schema).methods(word));
      case "SERVICE" -> names(place, word, schema -> new SchemaNames(schema).services(word));
      case "SYMBOL" -> names(place, word, schema -> new SchemaNames(schema).symbols(word));
      case "METHOD|MESSAGE" -> names(place, word, schema -> new SchemaNames(schema).requests(word));
      case "FIELD" -> field(place, word);
      case "COMMAND" ->
          place.command().name().equals("help")
              ? topics(place.positionals(), word)
              : Completion.NONE;
      default -> Completion.NONE;
    };
  }

  /**
   * Returns the candidates of a schema. A server chooses its names, and a shell would run parts of
   * some, so candidates are left out if they add anything but names of protobuf to the word, and
   * descriptions are escaped.
   */
  private Completion names(
      CaretPosition place, String word, Function<Schema, List<Candidate>> question) {
    return words(
        schemas.ask(place.options(), question).stream()
            .filter(candidate -> ADDED.matcher(added(candidate.text(), word)).matches())
            .map(Candidate::printable)
            .toList());
  }

  private static String added(String candidate, String word) {
    return candidate.startsWith(word) ? candidate.substring(word.length()) : candidate;
  }

  /** Completes the name of a context or an upstream; an address is not completed. */
  private Completion targets(String before, String word, CaretPosition place) {
    if (!word.isEmpty() && !word.startsWith("@")) {
      return Completion.NONE;
    }
    List<Candidate> all = new ArrayList<>();
    List<String> contexts = names.contexts();
    addNamed(before, "@", word, contexts, "context", all);
    addNamed(
        before,
        "@",
        word,
        names.upstreams(place.options()).stream().filter(each -> !contexts.contains(each)).toList(),
        "upstream",
        all);
    return words(all);
  }

  private static Completion named(
      String before, String sign, String word, List<String> names, String kind) {
    List<Candidate> all = new ArrayList<>();
    addNamed(before, sign, word, names, kind, all);
    return words(all);
  }

  private static void addNamed(
      String before,
      String sign,
      String word,
      List<String> names,
      String kind,
      List<Candidate> to) {
    for (String name : names) {
      if ((sign + name).startsWith(word)) {
        to.add(Candidate.word(before + sign + name, kind));
      }
    }
  }

  private Completion field(CaretPosition place, String word) {
    int file = FieldNames.fileAt(word);
    if (file >= 0) {
      return new Completion.Files(word.substring(0, file), false);
    }
    List<String> words = place.positionals();
    return names(
        place,
        word,
        schema -> new FieldNames(schema, words.get(0), words.subList(1, words.size())).names(word));
  }

  /** Returns the values of an enum as in the help: lower case, except gRPC's codes. */
  private static List<String> constants(ArgSpec argument) {
    Class<?> type =
        argument.isMultiValue() ? argument.auxiliaryTypes()[0] : argument.typeInfo().getType();
    Object[] constants = type.getEnumConstants();
    if (constants == null) {
      return List.of();
    }
    boolean own = type.getName().startsWith("dev.grpcos.");
    return Arrays.stream(constants)
        .map(constant -> ((Enum<?>) constant).name())
        .map(name -> own ? name.toLowerCase(Locale.ROOT) : name)
        .toList();
  }

  /** Returns the first sentence. */
  private static String brief(String[] description) {
    String text = description.length == 0 ? "" : Objects.requireNonNull(description[0]);
    int end = text.indexOf(". ");
    return end < 0 ? text.replaceFirst("\\.$", "") : text.substring(0, end);
  }
}
