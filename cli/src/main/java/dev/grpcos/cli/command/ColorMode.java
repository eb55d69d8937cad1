package dev.grpcos.cli.command;

import dev.grpcos.cli.invocation.Invocation;
import dev.grpcos.cli.invocation.StreamKind;

/** The values of {@code --color}, which determine whether standard output has colours. */
enum ColorMode {
  AUTO,
  ALWAYS,
  NEVER;

  static final String DESCRIPTION =
      "auto, always or never. auto: on a terminal, unless NO_COLOR is set or TERM is dumb."
          + " Default: auto.";

  /**
   * Returns whether the standard output of this invocation has colours.
   *
   * @see <a href="https://no-color.org">NO_COLOR, which is ignored if it is empty</a>
   */
  boolean isOn(Invocation invocation) {
    return switch (this) {
      case ALWAYS -> true;
      case NEVER -> false;
      case AUTO -> {
        String noColor = invocation.environment("NO_COLOR");
        yield invocation.stdoutKind() == StreamKind.TERMINAL
            && (noColor == null || noColor.isEmpty())
            && !"dumb".equals(invocation.environment("TERM"));
      }
    };
  }
}
