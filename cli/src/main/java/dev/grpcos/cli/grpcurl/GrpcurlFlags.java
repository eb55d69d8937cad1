package dev.grpcos.cli.grpcurl;

import dev.grpcos.cli.failure.CliException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A command line as Go's package {@code flag} parses it: options with one or two dashes, up to the
 * first argument that is not an option; the value of an option is the next argument, or attached
 * with an equals sign. Of a repeated option, the last value counts.
 *
 * @see <a href="https://pkg.go.dev/flag#hdr-Command_line_flag_syntax">the syntax</a>
 */
final class GrpcurlFlags {
  private static final Set<String> TRUE = Set.of("1", "t", "T", "TRUE", "true", "True");
  private static final Set<String> FALSE = Set.of("0", "f", "F", "FALSE", "false", "False");
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?|[+-]?(?i:inf|infinity)");

  private final Map<GrpcurlFlag, List<String>> values = new EnumMap<>(GrpcurlFlag.class);
  private List<String> arguments = List.of();

  private GrpcurlFlags() {}

  /**
   * Parses a command line.
   *
   * @throws CliException USAGE if it is invalid
   */
  static GrpcurlFlags parse(List<String> words) {
    GrpcurlFlags flags = new GrpcurlFlags();
    int next = 0;
    while (next < words.size() && words.get(next).length() > 1 && words.get(next).startsWith("-")) {
      String word = words.get(next++);
      if (word.equals("--")) {
        break;
      }
      String option = word.substring(word.startsWith("--") ? 2 : 1);
      if (option.startsWith("-") || option.startsWith("=")) {
        throw CliException.usage("bad flag syntax: %s", word);
      }
      int equals = option.indexOf('=');
      String name = equals < 0 ? option : option.substring(0, equals);
      if (name.equals("h")) {
        name = "help";
      }
      GrpcurlFlag flag = named(name);
      if (equals >= 0) {
        flags.add(flag, option.substring(equals + 1));
      } else if (!flag.takesValue()) {
        flags.add(flag, "true");
      } else if (next < words.size()) {
        flags.add(flag, words.get(next++));
      } else {
        throw CliException.usage("flag needs an argument: -%s", name);
      }
      if (flag == GrpcurlFlag.HELP && flags.isOn(flag) && option.equals("h")) {
        return flags; // not an option of grpcurl, so it ends the parsing
      }
    }
    flags.arguments = List.copyOf(words.subList(next, words.size()));
    return flags;
  }

  private static GrpcurlFlag named(String name) {
    return GrpcurlFlag.named(name)
        .orElseThrow(() -> CliException.usage("flag provided but not defined: -%s", name));
  }

  private void add(GrpcurlFlag flag, String value) {
    boolean valid =
        switch (flag.kind()) {
          case SWITCH -> TRUE.contains(value) || FALSE.contains(value);
          case SECONDS -> NUMBER.matcher(value).matches();
          case BYTES -> isInteger(value);
          case TEXT, LIST -> true;
        };
    if (!valid) {
      throw CliException.usage("invalid value \"%s\" for flag -%s", value, flag.label());
    }
    values.computeIfAbsent(flag, unused -> new ArrayList<>()).add(value);
  }

  private static boolean isInteger(String value) {
    try {
      long unused = Long.decode(value);
      return true;
    } catch (NumberFormatException e) {
      return false;
    }
  }

  /** Returns the arguments after the options. */
  List<String> arguments() {
    return arguments;
  }

  boolean isGiven(GrpcurlFlag flag) {
    return values.containsKey(flag);
  }

  boolean isOn(GrpcurlFlag flag) {
    return TRUE.contains(text(flag));
  }

  /** Returns the last value, or an empty text. */
  String text(GrpcurlFlag flag) {
    List<String> all = list(flag);
    return all.isEmpty() ? "" : all.get(all.size() - 1);
  }

  List<String> list(GrpcurlFlag flag) {
    return values.getOrDefault(flag, List.of());
  }

  /** Returns the last number, or 0. */
  double seconds(GrpcurlFlag flag) {
    String text = text(flag);
    if (text.isEmpty()) {
      return 0;
    }
    boolean infinite = text.toLowerCase(Locale.ROOT).contains("inf");
    double sign = text.startsWith("-") ? -1 : 1;
    return infinite ? sign * Double.POSITIVE_INFINITY : Double.parseDouble(text);
  }

  /** Returns the last integer, or 0. */
  long integer(GrpcurlFlag flag) {
    String text = text(flag);
    return text.isEmpty() ? 0 : Long.decode(text);
  }
}
