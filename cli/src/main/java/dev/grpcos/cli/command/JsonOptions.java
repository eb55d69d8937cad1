package dev.grpcos.cli.command;

import dev.grpcos.cli.failure.CliException;
import dev.grpcos.cli.invocation.Invocation;
import dev.grpcos.cli.invocation.StreamKind;
import dev.grpcos.gateway.json.JsonLayout;
import dev.grpcos.gateway.json.JsonStyle;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** The options for the layout of JSON. */
final class JsonOptions {
  // Not an argument group, because picocli keeps the values of groups between invocations.
  @Option(names = "--pretty", description = "Indent responses. Default on a terminal.")
  boolean pretty;

  @Option(
      names = "--compact",
      description =
          "Print each response on one line. Default if standard output is not a terminal.")
  boolean compact;

  @Option(names = "--color", paramLabel = "WHEN", description = ColorMode.DESCRIPTION)
  ColorMode color = ColorMode.AUTO;

  @Option(
      names = "--emit-defaults",
      description = "Print fields without presence even if they have their default value.")
  boolean emitDefaults;

  @Option(
      names = "--proto-names",
      description = "Name fields as the .proto file does, not in lowerCamelCase.")
  boolean protoNames;

  @Option(names = "--enum-numbers", description = "Print enum values as numbers.")
  boolean enumNumbers;

  /** Returns the options that differ from their defaults, for error messages. */
  List<String> given() {
    List<String> given = new ArrayList<>();
    add(given, pretty, "--pretty");
    add(given, compact, "--compact");
    add(given, color == ColorMode.ALWAYS, "--color");
    add(given, emitDefaults, "--emit-defaults");
    add(given, protoNames, "--proto-names");
    add(given, enumNumbers, "--enum-numbers");
    return given;
  }

  private static void add(List<String> names, boolean given, String name) {
    if (given) {
      names.add(name);
    }
  }

  /**
   * Returns whether values are indented.
   *
   * @throws CliException USAGE if the options exclude each other
   */
  boolean indented(Invocation invocation) {
    if (pretty && compact) {
      throw CliException.usage("--pretty and --compact exclude each other: give one of them");
    }
    return pretty || (!compact && invocation.stdoutKind() == StreamKind.TERMINAL);
  }

  boolean coloured(Invocation invocation) {
    return color.isOn(invocation);
  }

  /** Returns the layout for values that are written on one line by {@link #style}. */
  JsonLayout layout(Invocation invocation) {
    return new JsonLayout(indented(invocation), coloured(invocation));
  }

  JsonStyle style(boolean indented) {
    return new JsonStyle(indented, emitDefaults, enumNumbers, protoNames);
  }
}
