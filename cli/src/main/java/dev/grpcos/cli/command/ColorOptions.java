package dev.grpcos.cli.command;

import dev.grpcos.cli.invocation.Invocation;
import java.util.function.UnaryOperator;
import picocli.CommandLine.Option;

/** The option for the colours of text that is not JSON. */
final class ColorOptions {
  @Option(names = "--color", paramLabel = "WHEN", description = ColorMode.DESCRIPTION)
  ColorMode color = ColorMode.AUTO;

  /** Returns the colours if standard output has any, and otherwise a function without effect. */
  UnaryOperator<String> with(UnaryOperator<String> colours, Invocation invocation) {
    return color.isOn(invocation) ? colours : UnaryOperator.identity();
  }
}
