package dev.grpcos.cli.command;

import dev.grpcos.cli.CliException;
import dev.grpcos.cli.invocation.Invocation;
import dev.grpcos.cli.invocation.StreamKind;
import dev.grpcos.gateway.json.JsonStyle;
import picocli.CommandLine.Option;

/** How responses are printed. */
final class ResponseOptions {
  // Not a group of picocli's, which keeps what it was given from one invocation to the next.
  @Option(names = "--pretty", description = "Indent responses. Default on a terminal.")
  boolean pretty;

  @Option(
      names = "--compact",
      description = "One line a response. Default where standard output is no terminal.")
  boolean compact;

  @Option(
      names = "--emit-defaults",
      description = "Print fields without presence also where they have their default value.")
  boolean emitDefaults;

  @Option(names = "--enum-numbers", description = "Print enum values as numbers.")
  boolean enumNumbers;

  /**
   * The style that the options and the kind of standard output make up.
   *
   * @throws CliException USAGE if the options exclude each other
   */
  JsonStyle style(Invocation invocation) {
    if (pretty && compact) {
      throw CliException.usage("--pretty and --compact exclude each other: give one of them");
    }
    boolean indented = pretty || (!compact && invocation.stdoutKind() == StreamKind.TERMINAL);
    return new JsonStyle(indented, emitDefaults, enumNumbers);
  }
}
