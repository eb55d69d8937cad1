package dev.grpcos.cli.invocation;

/** What stands behind a standard stream. */
public enum StreamKind {
  /** Not open at all, as after {@code <&-}. */
  CLOSED,
  /** A terminal, where a person types and reads. */
  TERMINAL,
  /** A character device that is no terminal, such as {@code /dev/null}. */
  CHARACTER_DEVICE,
  /** A pipe, a FIFO or a socket. */
  PIPE,
  /** A regular file, or anything else. */
  FILE
}
