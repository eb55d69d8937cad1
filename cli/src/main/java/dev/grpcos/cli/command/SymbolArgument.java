package dev.grpcos.cli.command;

import dev.grpcos.cli.failure.CliException;
import java.util.regex.Pattern;

/** The name of a service, method or message as an argument. */
final class SymbolArgument {
  private static final Pattern ADDRESS =
      Pattern.compile(
          "(?:[A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+]):[0-9]{1,5}(?:/.*)?"
              + "|(?:https?|dns|unix|unix-abstract):.*");

  private SymbolArgument() {}

  /** Returns whether the text is the address of a server, or a URL. */
  static boolean isAddress(String text) {
    return ADDRESS.matcher(text).matches();
  }

  /**
   * Returns the name, without the leading slash that logs contain.
   *
   * @throws CliException USAGE if it is the address of a server
   */
  static String name(String argument) {
    if (isAddress(argument)) {
      throw CliException.usage(
          "'%s' is an address, not a name: give a server's address with -t", argument);
    }
    return argument.startsWith("/") && argument.indexOf('/', 1) > 0
        ? argument.substring(1)
        : argument;
  }
}
