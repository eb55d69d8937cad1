package dev.grpcos.cli.command;

/** The forms in which requests are printed instead of sent; the names are values of the option. */
enum DryRun {
  JSON,
  CURL
}
