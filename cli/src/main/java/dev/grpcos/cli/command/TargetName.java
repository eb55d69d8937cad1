package dev.grpcos.cli.command;

import dev.grpcos.cli.failure.CliException;
import dev.grpcos.cli.invocation.Invocation;
import dev.grpcos.gateway.call.NamedUpstream;
import org.jspecify.annotations.Nullable;

/**
 * The target that the caller names: an address, or {@code @NAME} for a context or for an upstream
 * of the gateway.
 *
 * @param origin the option or the variable that names it, followed by a space
 */
record TargetName(String text, String origin) {
  private static final String SIGN = "@";

  /**
   * Returns the target of {@code --target}, GRPCOS_TARGET or GRPCOS_CONTEXT; null if there is none.
   *
   * @param option the value of the option, or null
   * @param gateway whether an option names the gateway's socket, so that variables do not apply
   */
  static @Nullable TargetName find(
      @Nullable String option, boolean gateway, Invocation invocation) {
    if (option != null) {
      return new TargetName(option, "--target ");
    }
    if (gateway) {
      return null;
    }
    String target = invocation.environment("GRPCOS_TARGET");
    if (target != null && !target.isEmpty()) {
      return new TargetName(target, "GRPCOS_TARGET ");
    }
    String context = invocation.environment("GRPCOS_CONTEXT");
    return context == null || context.isEmpty()
        ? null
        : new TargetName(context.startsWith(SIGN) ? context : SIGN + context, "GRPCOS_CONTEXT ");
  }

  /** Returns whether this is the name of a context or of an upstream, and not an address. */
  boolean isReference() {
    return text.startsWith(SIGN);
  }

  /**
   * Returns the name without the sign before it.
   *
   * @throws CliException USAGE if it is not a valid name
   */
  String reference() {
    String name = text.substring(SIGN.length());
    if (!NamedUpstream.isValid(name)) {
      throw CliException.usage(
          "%s'%s' is not the name of a context or upstream: give @ and at most 63 letters, digits,"
              + " - _ and .",
          origin, text);
    }
    return name;
  }
}
