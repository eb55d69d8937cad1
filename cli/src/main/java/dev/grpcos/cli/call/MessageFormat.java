package dev.grpcos.cli.call;

/** The formats of requests and responses; the names are values of options. */
public enum MessageFormat {
  JSON,
  TEXT,
  BINARY
}
