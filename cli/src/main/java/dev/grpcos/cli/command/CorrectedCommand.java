package dev.grpcos.cli.command;

import dev.grpcos.cli.failure.CliException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/**
 * The command that was probably meant, for mistakes that users of other tools make: options with
 * one dash or in seconds, a server's address or a URL in place of {@code -t}, and JSON without
 * {@code -d}.
 */
final class CorrectedCommand {
  /** Options of grpcurl that have another name here. */
  private static final Map<String, String> OTHER_NAMES =
      Map.of(
          "--max-time", "--deadline",
          "--servername", "--server-name",
          "--max-msg-sz", "--max-message-size",
          "--vv", "--verbose");

  private static final String HIDDEN = "...";
  private static final Pattern ONE_DASH = Pattern.compile("-([a-z][a-z0-9-]+)(=.*)?");
  private static final Pattern URL =
      Pattern.compile("(?:(https?)://)?([^/:?#@]+|\\[[0-9A-Fa-f:.]+])(:\\d+)?(/.*)?");

  /** Matches the path of a method in a URL. */
  private static final Pattern METHOD_PATH = Pattern.compile("/([A-Za-z0-9_.]+/[A-Za-z0-9_]+)/?");

  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,6}(\\.[0-9]{1,6})?");
  private static final Pattern LOGIN = Pattern.compile("(?<=://).*@");
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_@%+=:,./\\[\\]-]+");
  private static final int MAX_SHOWN = 200;

  private final List<String> options = new ArrayList<>();
  private final List<String> positionals = new ArrayList<>();
  private @Nullable String mistake;
  private @Nullable String target;
  private @Nullable String method;
  private boolean unix;
  private boolean data;
  private boolean plaintext;

  private CorrectedCommand() {}

  /**
   * Returns the error that names the corrected command, or null if there is no known mistake.
   *
   * @param arguments the arguments of a command line that is invalid
   */
  static @Nullable CliException of(CommandLine root, List<String> arguments) {
    boolean named = !arguments.isEmpty() && Subcommand.exists(arguments.get(0));
    CorrectedCommand command = new CorrectedCommand();
    String name = named ? arguments.get(0) : "call";
    CommandLine tree = named ? root : Commands.tree(name, new CommandContext());
    command.read(
        named ? arguments.subList(1, arguments.size()) : arguments,
        Objects.requireNonNull(tree.getSubcommands().get(name)).getCommandSpec());
    return command.result(named ? arguments.get(0) : null);
  }

  private void read(List<String> arguments, CommandSpec spec) {
    for (int i = 0; i < arguments.size(); i++) {
      String argument = arguments.get(i);
      if (!argument.startsWith("-") || argument.length() == 1) {
        positionals.add(argument);
        continue;
      }
      if (argument.equals("--")) {
        positionals.addAll(arguments.subList(i + 1, arguments.size()));
        return;
      }
      if (isUnix(argument, arguments)) {
        unix = true;
        report("'-unix' is not an option");
        continue;
      }
      OptionWord option = OptionWord.of(option(argument, spec), spec);
      boolean valueFollows =
          option.attached().isEmpty()
              && (option.requiresValue() || option.isSecret())
              && i + 1 < arguments.size();
      String value = valueFollows ? arguments.get(++i) : option.attached();
      if (option.is("--target")) {
        target = address(value);
        continue;
      }
      data |= option.is("--data");
      boolean hidden = option.isSecret() && !value.isEmpty() && !value.startsWith("@");
      String shown = hidden ? HIDDEN : option.takesDuration() ? withUnit(value) : value;
      if (valueFollows) {
        options.add(option.before());
        options.add(shown);
      } else {
        options.add(option.before() + shown);
      }
    }
  }

  /** Returns whether this is grpcurl's option for a Unix socket, and not {@code -u nix}. */
  private static boolean isUnix(String argument, List<String> arguments) {
    return argument.matches("--?unix(=true)?") && arguments.stream().anyMatch(each -> isPath(each));
  }

  private static boolean isPath(String word) {
    return word.matches("(\\.{0,2}/|unix:).*|[^-].*\\.sock");
  }

  /** Returns a duration with the unit of the numbers that grpcurl and curl take. */
  private static String withUnit(String value) {
    if (!NUMBER.matcher(value).matches()) {
      return value;
    }
    BigDecimal seconds = new BigDecimal(value);
    BigDecimal millis = seconds.movePointRight(3).setScale(0, RoundingMode.CEILING);
    return value.contains(".") ? millis + "ms" : value + "s";
  }

  /** Returns the option with two dashes and the name that it has here. */
  private String option(String argument, CommandSpec spec) {
    Matcher single = ONE_DASH.matcher(argument);
    Matcher name = Pattern.compile("(-[^=]*)(=.*)?").matcher(argument);
    if (single.matches()) {
      String twoDashes = "--" + single.group(1);
      String meant = OTHER_NAMES.getOrDefault(twoDashes, twoDashes);
      if (spec.findOption(meant) != null) {
        report("'-" + single.group(1) + "' is not an option");
        return meant + (single.group(2) == null ? "" : single.group(2));
      }
    } else if (name.matches() && OTHER_NAMES.containsKey(name.group(1))) {
      report("'" + name.group(1) + "' is not an option");
      return OTHER_NAMES.get(name.group(1)) + (name.group(2) == null ? "" : name.group(2));
    }
    return argument;
  }

  /** Returns the address in a URL, or before the path of a method, or the text itself. */
  private String address(String text) {
    Matcher url = URL.matcher(text);
    if (!url.matches() || (url.group(1) == null && url.group(3) == null)) {
      return text;
    }
    if (url.group(4) != null) {
      Matcher path = METHOD_PATH.matcher(url.group(4));
      method = path.matches() ? path.group(1) : null;
    }
    String host = url.group(2);
    if (url.group(1) == null) {
      return host + url.group(3);
    }
    report("'" + text + "' is a URL, not a server's address");
    boolean secure = url.group(1).equals("https");
    plaintext |= !secure;
    return host + (url.group(3) == null ? (secure ? ":443" : ":80") : url.group(3));
  }

  private void report(String problem) {
    if (mistake == null) {
      mistake = problem;
    }
  }

  private @Nullable CliException result(@Nullable String named) {
    String command = named;
    if (unix && target == null && !positionals.isEmpty() && isPath(positionals.get(0))) {
      target = "unix:" + positionals.remove(0).replaceFirst("^unix:(//)?", "");
    }
    if (!positionals.isEmpty()
        && target == null
        && SymbolArgument.isAddress(positionals.get(0))
        && (named == null
            || Set.of("call", "session", "list", "describe", "template", "health")
                .contains(named))) {
      String given = positionals.remove(0);
      target = address(given);
      report("'" + given + "' is a server's address, not a name");
    }
    if (method != null
        && (named == null || Set.of("call", "describe", "template").contains(named))
        && (positionals.isEmpty() || positionals.get(0).matches("(?s)\\{.*|.*=.*"))) {
      positionals.add(0, method);
    }
    if (command == null && mistake != null) {
      boolean verb = !positionals.isEmpty() && Subcommand.exists(positionals.get(0));
      command = verb ? positionals.remove(0) : positionals.isEmpty() ? "list" : "call";
    }
    if (plaintext && !options.contains("--plaintext")) {
      options.add("--plaintext");
    }
    if ("call".equals(command)
        && !data
        && positionals.size() > 1
        && positionals.get(1).startsWith("{")) {
      report("JSON is given with -d");
      options.add("-d");
      options.add(positionals.remove(1));
    }
    if (mistake == null || command == null) {
      return null;
    }
    StringBuilder line = new StringBuilder("grpcos ").append(command);
    if (target != null) {
      line.append(" -t ").append(quoted(target));
    }
    options.forEach(option -> line.append(' ').append(quoted(option)));
    positionals.forEach(positional -> line.append(' ').append(quoted(positional)));
    return CliException.usage("%s: run %s", mistake, line);
  }

  /** Returns a word for a shell, without the login of a URL. */
  private static String quoted(String word) {
    if (PLAIN.matcher(word).matches() && !LOGIN.matcher(word).find()) {
      return word;
    }
    String shown = LOGIN.matcher(word).replaceAll(HIDDEN + "@");
    return shown.length() > MAX_SHOWN ? "'...'" : "'" + shown.replace("'", "'\\''") + "'";
  }
}
