package dev.grpcos.cli.command;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** For commands that ask for descriptors and call nothing. */
final class LookupOptions {
  @Option(
      names = "--deadline",
      paramLabel = "DUR",
      converter = DurationConverter.class,
      description =
          "How long the server's reflection may take in all. Default: 10s for a question, and as"
              + " much again where v1 is silent.")
  @Nullable Duration deadline;

  /** The deadline, checked; null for the default. */
  @Nullable Duration deadline() {
    Bounds.requireSome("--deadline", deadline);
    return deadline;
  }
}
