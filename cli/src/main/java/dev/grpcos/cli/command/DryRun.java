package dev.grpcos.cli.command;

import java.util.Locale;

/** The forms in which requests are printed instead of sent; the names are values of the option. */
enum DryRun {
  JSON,
  CURL,
  GRPCURL;

  /** Returns whether requests are printed as commands of another program. */
  boolean isCommand() {
    return this != JSON;
  }

  /** Returns the value of the option, which is the name of the program. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
