package dev.grpcos.cli.top;

/** The number of rows and columns of a terminal, at least 1 each. */
public record TerminalSize(int rows, int columns) {
  /** The size of terminals that do not report one. */
  public static final TerminalSize DEFAULT = new TerminalSize(24, 80);

  public TerminalSize {
    rows = Math.max(1, rows);
    columns = Math.max(1, columns);
  }
}
