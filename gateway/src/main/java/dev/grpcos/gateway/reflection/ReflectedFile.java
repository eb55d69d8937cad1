package dev.grpcos.gateway.reflection;

import com.google.protobuf.ByteString;
import java.util.List;

/**
 * A proto file as reflection hands it out.
 *
 * @param name as importers write it
 * @param imports names of the files that it imports
 * @param bytes its serialised {@code FileDescriptorProto}, as it came from the compiler
 */
record ReflectedFile(String name, List<String> imports, ByteString bytes) {}
