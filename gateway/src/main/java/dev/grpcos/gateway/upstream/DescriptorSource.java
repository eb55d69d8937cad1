package dev.grpcos.gateway.upstream;

import dev.grpcos.gateway.schema.SchemaException;
import java.util.concurrent.CompletableFuture;

/** A source of an upstream's schema. */
interface DescriptorSource {
  /**
   * Begins to fetch the schema. Blocks only to read files.
   *
   * @return completes with the schema, or with a {@link SchemaException} with one line for the log
   */
  CompletableFuture<UpstreamSchema> fetch();

  /** Returns whether the upstream itself reports the schema, so that it must be reachable. */
  boolean asksUpstream();
}
