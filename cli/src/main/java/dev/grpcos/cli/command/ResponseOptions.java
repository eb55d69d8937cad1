package dev.grpcos.cli.command;

import dev.grpcos.cli.invocation.Invocation;
import dev.grpcos.cli.invocation.StreamKind;
import dev.grpcos.cli.json.JsonStyle;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** How responses are printed. */
final class ResponseOptions {
  @ArgGroup Layout layout = new Layout();

  @Option(
      names = "--emit-defaults",
      description = "Print fields without presence also where they have their default value.")
  boolean emitDefaults;

  @Option(names = "--enum-numbers", description = "Print enum values as numbers.")
  boolean enumNumbers;

  /** One or the other. */
  static final class Layout {
    @Option(names = "--pretty", description = "Indent responses. Default on a terminal.")
    boolean pretty;

    @Option(
        names = "--compact",
        description = "One line a response. Default where standard output is no terminal.")
    boolean compact;
  }

  JsonStyle style(Invocation invocation) {
    boolean pretty =
        layout.pretty || (!layout.compact && invocation.stdoutKind() == StreamKind.TERMINAL);
    return new JsonStyle(pretty, emitDefaults, enumNumbers);
  }
}
