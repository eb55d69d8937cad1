package dev.grpcos.cli.golden;

import dev.grpcos.cli.distribution.Outcome;
import java.io.IOException;

/** One of the ways a command can run, between which a caller must see no difference. */
interface CallPath {
  /** Its name in test reports. */
  String name();

  /** Runs a case to its end. */
  Outcome run(PreparedCase prepared) throws IOException;

  /** Returns the outcome that the case must have on this path. */
  default Outcome expected(GoldenCase golden) {
    return golden.expected();
  }
}
