package dev.grpcos.cli.command;

import dev.grpcos.cli.invocation.Invocation;
import dev.grpcos.cli.schema.Schema;
import java.time.Duration;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options for commands that only look up descriptors. */
final class LookupOptions {
  @Mixin SchemaOptions schemas = new SchemaOptions();

  @Option(
      names = "--deadline",
      paramLabel = "DUR",
      converter = DurationConverter.class,
      description =
          "The longest that reflection may take in all. Default: 10s for each request, and as"
              + " much again if v1 does not answer.")
  @Nullable Duration deadline;

  @Mixin EndpointOptions endpoint = new EndpointOptions();
  @Mixin ErrorOptions errors = new ErrorOptions();

  /** Runs the body with the schema, and returns its exit code. */
  int run(Invocation invocation, ToIntFunction<Schema> body) {
    Bounds.requireSome("--deadline", deadline);
    return schemas.with(invocation, endpoint, deadline, body);
  }
}
