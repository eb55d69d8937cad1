package dev.grpcos.gateway.reflection;

import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.List;

/**
 * A proto file that the reflection service sends.
 *
 * @param name the name that importers use
 * @param imports the names of the imported files
 * @param bytes the serialized {@code FileDescriptorProto}, as the compiler wrote it
 */
record ReflectedFile(String name, List<String> imports, ByteString bytes) {
  /** Returns the parsed file. */
  FileDescriptorProto proto() {
    try {
      return FileDescriptorProto.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("descriptor of " + name + " was serialized here", e);
    }
  }
}
