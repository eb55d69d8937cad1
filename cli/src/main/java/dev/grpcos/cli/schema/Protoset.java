package dev.grpcos.cli.schema;

import dev.grpcos.cli.failure.CliException;
import dev.grpcos.gateway.schema.DescriptorFile;
import dev.grpcos.gateway.schema.DescriptorSet;
import dev.grpcos.gateway.schema.SchemaException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/** Reads the descriptor sets of {@code --protoset}. */
public final class Protoset {
  private Protoset() {}

  /**
   * Returns the files in a set.
   *
   * @param name the name in messages
   * @throws IOException if the set cannot be read
   * @throws CliException FAILURE if it is not a valid descriptor set
   */
  public static List<DescriptorFile> read(InputStream in, String name) throws IOException {
    try {
      return DescriptorSet.read(in, "--protoset " + name).stream()
          .<DescriptorFile>map(SuppliedFile::new)
          .toList();
    } catch (SchemaException e) {
      throw CliException.failure(e, "%s", e.getMessage());
    }
  }
}
