package dev.grpcos.cli.command;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options for commands that only look up descriptors. */
final class LookupOptions {
  @Option(
      names = "--deadline",
      paramLabel = "DUR",
      converter = DurationConverter.class,
      description =
          "The longest that reflection may take in all. Default: 10s for each request, and as"
              + " much again if v1 does not answer.")
  @Nullable Duration deadline;

  /** Returns the checked deadline; null for the default. */
  @Nullable Duration deadline() {
    Bounds.requireSome("--deadline", deadline);
    return deadline;
  }
}
