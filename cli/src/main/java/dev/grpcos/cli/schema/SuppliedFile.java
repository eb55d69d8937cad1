package dev.grpcos.cli.schema;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import dev.grpcos.cli.failure.CliException;
import dev.grpcos.gateway.schema.BrokenFileException;
import dev.grpcos.gateway.schema.DescriptorFile;
import java.util.List;

/** A file of a descriptor set, whose invalid content ends the command. */
record SuppliedFile(DescriptorFile file) implements DescriptorFile {
  @Override
  public String name() {
    return file.name();
  }

  @Override
  public List<String> services() {
    return file.services();
  }

  @Override
  public List<String> top() {
    return file.top();
  }

  /**
   * Returns the complete file.
   *
   * @throws CliException FAILURE if it is invalid
   */
  @Override
  public FileDescriptorProto proto() {
    try {
      return file.proto();
    } catch (BrokenFileException e) {
      throw CliException.failure(e, "%s", e.getMessage());
    }
  }
}
