package dev.grpcos.cli.invocation;

/** The kind of file behind a standard stream. */
public enum StreamKind {
  /** Closed, for example by {@code <&-}. */
  CLOSED,
  /** A terminal with an interactive user. */
  TERMINAL,
  /** A character device other than a terminal, such as {@code /dev/null}. */
  CHARACTER_DEVICE,
  /** A pipe, a FIFO or a socket. */
  PIPE,
  /** A regular file, or any other kind. */
  FILE
}
