package dev.grpcos.gateway.schema;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/** Reads descriptor sets, such as those that {@code protoc --descriptor_set_out} writes. */
public final class DescriptorSet {
  private static final int MAX_BYTES = 256 << 20;

  private DescriptorSet() {}

  /**
   * Returns the files of a set. Each is parsed completely at the first use of its declarations.
   *
   * @param subject the name of the set in messages
   * @throws IOException if the stream cannot be read
   * @throws SchemaException if its content is too large, or not a descriptor set
   */
  public static List<DescriptorFile> read(InputStream in, String subject)
      throws IOException, SchemaException {
    byte[] bytes = in.readNBytes(MAX_BYTES + 1);
    if (bytes.length > MAX_BYTES) {
      throw new SchemaException(
          "%s: the file is larger than %d MiB".formatted(subject, MAX_BYTES >> 20));
    }
    try {
      List<DescriptorFile> files = files(UnsafeByteOperations.unsafeWrap(bytes).newCodedInput());
      if (!files.isEmpty() && files.stream().noneMatch(file -> file.name().isEmpty())) {
        return files;
      }
    } catch (InvalidProtocolBufferException e) {
      throw new SchemaException(invalid(subject), e);
    }
    throw new SchemaException(invalid(subject));
  }

  private static List<DescriptorFile> files(CodedInputStream set) throws IOException {
    set.enableAliasing(true); // shares the bytes instead of copying each file
    List<DescriptorFile> files = new ArrayList<>();
    for (int tag = set.readTag(); tag != 0; tag = set.readTag()) {
      if (WireFormat.getTagFieldNumber(tag) == FileDescriptorSet.FILE_FIELD_NUMBER) {
        files.add(new SkimmedFile(set.readBytes()));
      } else {
        set.skipField(tag);
      }
    }
    return files;
  }

  private static String invalid(String subject) {
    return subject
        + ": the file is not a descriptor set; make one with"
        + " 'protoc --include_imports --descriptor_set_out=FILE' or 'buf build'";
  }
}
