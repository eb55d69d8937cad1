package dev.grpcos.cli.call;

import com.google.protobuf.DynamicMessage;
import dev.grpcos.cli.failure.CliException;
import dev.grpcos.cli.failure.ExitCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Requests that a person types on a terminal. An invalid one is reported and skipped with the rest
 * of its line, because the stream would otherwise end at the first typing error.
 */
final class TypedRequests implements Requests {
  /** Opens the requests from the current line. */
  @FunctionalInterface
  interface Opening {
    /**
     * Opens them.
     *
     * @param count the number of requests before them
     */
    Requests open(long count);
  }

  private final TypedLines lines;
  private final Opening opening;
  private final Consumer<CliException> report;
  private Requests source;
  private long count;

  TypedRequests(TypedLines lines, Opening opening, Consumer<CliException> report) {
    this.lines = lines;
    this.opening = opening;
    this.report = report;
    this.source = opening.open(0);
  }

  @Override
  public @Nullable DynamicMessage next() {
    while (true) {
      try {
        DynamicMessage request = source.next();
        count++;
        return request;
      } catch (RuntimeException e) {
        CliException invalid = CliException.of(e);
        if (invalid == null || invalid.exitCode() != ExitCode.USAGE) {
          throw e;
        }
        report.accept(invalid);
        skipLine();
        source = opening.open(count);
      }
    }
  }

  private void skipLine() {
    try {
      lines.skipLine();
    } catch (IOException e) {
      throw new UncheckedIOException("standard input cannot be read: " + e.getMessage(), e);
    }
  }

  @Override
  public String place() {
    return source.place();
  }
}
