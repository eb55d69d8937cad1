package dev.grpcos.gateway.schema;

import java.nio.file.Path;
import java.util.List;

/**
 * The sources of descriptors other than reflection. The files were readable when the configuration
 * was read.
 *
 * @param protoset absolute paths of descriptor sets
 * @param proto the proto sources
 */
public record SchemaConfig(List<Path> protoset, NamedSources proto) {
  /** No files; reflection is used. */
  public static final SchemaConfig NONE = new SchemaConfig(List.of(), NamedSources.NONE);

  public SchemaConfig {
    protoset = List.copyOf(protoset);
  }

  /** Returns a schema in one descriptor set. */
  public static SchemaConfig ofProtoset(Path protoset) {
    return new SchemaConfig(List.of(protoset), NamedSources.NONE);
  }

  /** Returns whether there are no files, so that reflection is used. */
  public boolean isEmpty() {
    return protoset.isEmpty() && proto.sources().isEmpty();
  }
}
