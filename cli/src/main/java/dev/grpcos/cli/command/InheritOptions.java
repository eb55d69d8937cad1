package dev.grpcos.cli.command;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.grpcos.cli.call.HeaderArguments;
import dev.grpcos.cli.call.MetadataObject;
import dev.grpcos.cli.failure.CliException;
import dev.grpcos.cli.invocation.Invocation;
import dev.grpcos.gateway.json.JsonException;
import dev.grpcos.gateway.json.JsonReader;
import io.grpc.Metadata;
import java.io.ByteArrayInputStream;
import java.math.BigDecimal;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option to pass on what a program of a gateway knows about the call that it serves. */
final class InheritOptions {
  private static final String METADATA = "GRPCOS_METADATA";
  private static final String DEADLINE = "GRPCOS_DEADLINE";

  /** The keys by which a caller directs the gateway; they are about the caller's own call. */
  private static final String FOR_GATEWAY = "grpcos-";

  /** An environment variable is shorter. */
  private static final int MAX_BYTES = 1 << 20;

  /** A time far in the future, in seconds since 1970; a long holds its nanoseconds. */
  private static final BigDecimal MAX_SECONDS = BigDecimal.valueOf(9_000_000_000L);

  @Option(
      names = "--inherit",
      description =
          "In a program that serves a method: pass on the metadata and the deadline of the call"
              + " that it serves, from $$GRPCOS_METADATA and $$GRPCOS_DEADLINE. Metadata of -H"
              + " replaces that of the same key.")
  boolean inherit;

  /**
   * Adds the inherited metadata, except for keys that are present.
   *
   * @throws CliException USAGE if the variable is invalid
   */
  void addTo(Metadata metadata, Invocation invocation) {
    String text = inherit ? invocation.environment(METADATA) : null;
    if (text == null || text.isEmpty()) {
      return;
    }
    try {
      metadata.merge(
          MetadataObject.read(
              JsonReader.single(
                  new ByteArrayInputStream(text.getBytes(UTF_8)), METADATA, MAX_BYTES),
              key ->
                  !HeaderArguments.isReserved(key)
                      && !key.startsWith(FOR_GATEWAY)
                      && !metadata.keys().contains(key)));
    } catch (JsonException e) {
      throw CliException.usage("%s; leave --inherit out, or correct the variable", e.getMessage());
    }
  }

  /**
   * Returns the inherited deadline; null if there is none.
   *
   * @throws CliException USAGE if the variable is invalid
   */
  @Nullable Instant deadline(Invocation invocation) {
    String text = inherit ? invocation.environment(DEADLINE) : null;
    if (text == null || text.isEmpty()) {
      return null;
    }
    if (!text.matches("[0-9]{1,18}(\\.[0-9]{1,9})?")) {
      throw CliException.usage(
          "%s is '%s', not a time in seconds since 1970; leave --inherit out, or correct the"
              + " variable",
          DEADLINE, text);
    }
    return Instant.ofEpochMilli(
        new BigDecimal(text).min(MAX_SECONDS).movePointRight(3).longValue());
  }
}
