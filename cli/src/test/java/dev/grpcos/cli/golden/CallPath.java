package dev.grpcos.cli.golden;

import dev.grpcos.cli.distribution.Command;

/** The two ways that a command can take, between which nobody may see a difference. */
enum CallPath {
  /** A JVM of its own. */
  COLD {
    @Override
    void prepare(Command command, GoldenCase golden) {
      command.with("GRPCOS_COLD", "1");
    }
  },
  /**
   * The gateway's resident. There is no Java to fall back on, so that it can't go unnoticed, except
   * where the case says that the resident can't serve it.
   */
  WARM {
    @Override
    void prepare(Command command, GoldenCase golden) {
      if (!golden.fallsBack()) {
        command.with("JAVA_HOME", "/nonexistent");
      }
    }
  };

  /** Sees to it that the command takes this path. */
  abstract void prepare(Command command, GoldenCase golden);
}
