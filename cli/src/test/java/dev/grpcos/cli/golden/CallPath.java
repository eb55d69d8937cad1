package dev.grpcos.cli.golden;

import dev.grpcos.cli.distribution.Outcome;
import java.io.IOException;

/** A way to run a command. The caller must not see a difference between them. */
interface CallPath {
  /** Returns the name in test reports. */
  String name();

  /** Runs a case and returns its outcome. */
  Outcome run(PreparedCase prepared) throws IOException;

  /** Returns the outcome that the case must have on this path. */
  default Outcome expected(GoldenCase golden) {
    return golden.expected();
  }
}
