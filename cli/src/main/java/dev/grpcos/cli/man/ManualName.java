package dev.grpcos.cli.man;

/**
 * The name of a manual page.
 *
 * @param name such as {@code grpcos-call}
 * @param section such as 1, for commands
 */
record ManualName(String name, int section) {
  /** Returns the path of the page's file below the folder of the manual. */
  String file() {
    return "man%d/%s.%d".formatted(section, name, section);
  }
}
