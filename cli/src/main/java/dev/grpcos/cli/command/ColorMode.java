package dev.grpcos.cli.command;

import dev.grpcos.cli.invocation.Invocation;
import dev.grpcos.cli.invocation.StreamKind;

/** When standard output has colours; the names are those of {@code --color}. */
enum ColorMode {
  AUTO,
  ALWAYS,
  NEVER;

  static final String DESCRIPTION =
      "auto, always or never. auto: on a terminal, unless NO_COLOR is set or TERM is dumb."
          + " Default: auto.";

  /**
   * Whether this invocation's standard output has them.
   *
   * @see <a href="https://no-color.org">NO_COLOR, which counts where it is not empty</a>
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
