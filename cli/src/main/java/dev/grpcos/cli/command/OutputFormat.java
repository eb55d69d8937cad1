package dev.grpcos.cli.command;

/** The forms that responses can have; the names are those of {@code -o}. */
enum OutputFormat {
  JSON,
  TEXT,
  BINARY
}
