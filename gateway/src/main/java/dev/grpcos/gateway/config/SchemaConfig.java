package dev.grpcos.gateway.config;

import java.nio.file.Path;
import java.util.List;

/**
 * Where descriptors come from, apart from reflection. The files were readable when the
 * configuration was read.
 *
 * @param protoset absolute paths of files of descriptors
 * @param proto sources, by their names in {@code protoPath}
 * @param protoPath absolute paths of the folders in which {@code proto} and its imports are found,
 *     the first that has a file wins; never empty
 */
public record SchemaConfig(List<Path> protoset, List<String> proto, List<Path> protoPath) {
  public SchemaConfig {
    protoset = List.copyOf(protoset);
    proto = List.copyOf(proto);
    protoPath = List.copyOf(protoPath);
  }

  /** Whether there is nothing, so that reflection is asked. */
  public boolean isEmpty() {
    return protoset.isEmpty() && proto.isEmpty();
  }
}
