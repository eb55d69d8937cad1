package dev.grpcos.gateway.upstream;

import dev.grpcos.gateway.schema.SchemaException;
import java.util.concurrent.CompletableFuture;

/** Where an upstream's schema comes from. */
interface DescriptorSource {
  /**
   * Begins to fetch the schema, and never blocks for what is not a file.
   *
   * @return completed by the schema, or by a {@link SchemaException} with one line for the log
   */
  CompletableFuture<UpstreamSchema> fetch();
}
