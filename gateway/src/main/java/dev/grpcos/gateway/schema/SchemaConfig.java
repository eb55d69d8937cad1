package dev.grpcos.gateway.schema;

import java.nio.file.Path;
import java.util.List;

/**
 * Where descriptors come from, apart from reflection. The files were readable when the
 * configuration was read.
 *
 * @param protoset absolute paths of descriptor sets
 * @param proto sources
 */
public record SchemaConfig(List<Path> protoset, NamedSources proto) {
  /** Nothing, so that reflection is asked. */
  public static final SchemaConfig NONE = new SchemaConfig(List.of(), NamedSources.NONE);

  public SchemaConfig {
    protoset = List.copyOf(protoset);
  }

  /** A schema that is in one descriptor set. */
  public static SchemaConfig ofProtoset(Path protoset) {
    return new SchemaConfig(List.of(protoset), NamedSources.NONE);
  }

  /** Whether there is nothing, so that reflection is asked. */
  public boolean isEmpty() {
    return protoset.isEmpty() && proto.sources().isEmpty();
  }
}
