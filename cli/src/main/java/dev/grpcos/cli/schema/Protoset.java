package dev.grpcos.cli.schema;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import com.google.protobuf.WireFormat;
import dev.grpcos.cli.failure.CliException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/** Reads a descriptor set as written by {@code protoc --descriptor_set_out}. */
public final class Protoset {
  private static final int MAX_BYTES = 256 * 1024 * 1024;

  private Protoset() {}

  /**
   * Returns the files in the set.
   *
   * @param name the name in messages
   * @throws IOException if the set cannot be read
   * @throws CliException FAILURE if it is not a valid descriptor set
   */
  public static List<SuppliedFile> read(InputStream in, String name) throws IOException {
    byte[] bytes = in.readNBytes(MAX_BYTES + 1);
    if (bytes.length > MAX_BYTES) {
      throw CliException.failure("--protoset %s is longer than %d MiB", name, MAX_BYTES >> 20);
    }
    try {
      List<SuppliedFile> files = files(UnsafeByteOperations.unsafeWrap(bytes).newCodedInput());
      if (!files.isEmpty() && files.stream().noneMatch(file -> file.name().isEmpty())) {
        return files;
      }
    } catch (InvalidProtocolBufferException e) {
      throw refused(name, e);
    }
    throw refused(name, new IOException("no files in it"));
  }

  private static List<SuppliedFile> files(CodedInputStream set) throws IOException {
    set.enableAliasing(true); // shares the bytes instead of copying each file
    List<SuppliedFile> files = new ArrayList<>();
    for (int tag = set.readTag(); tag != 0; tag = set.readTag()) {
      if (WireFormat.getTagFieldNumber(tag) == FileDescriptorSet.FILE_FIELD_NUMBER) {
        files.add(new SuppliedFile(set.readBytes()));
      } else {
        set.skipField(tag);
      }
    }
    return files;
  }

  private static CliException refused(String name, IOException cause) {
    return CliException.failure(
        cause,
        "--protoset %s is not a descriptor set: make one with 'protoc --include_imports"
            + " --descriptor_set_out=FILE', 'buf build -o FILE' or 'grpcos describe"
            + " --protoset-out FILE'",
        name);
  }
}
