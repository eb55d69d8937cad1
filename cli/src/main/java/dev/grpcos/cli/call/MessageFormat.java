package dev.grpcos.cli.call;

/** The forms that requests and responses can have; the names are those of the options. */
public enum MessageFormat {
  JSON,
  TEXT,
  BINARY
}
