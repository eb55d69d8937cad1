package dev.grpcos.cli.describe;

import com.google.protobuf.AnyProto;
import com.google.protobuf.ApiProto;
import com.google.protobuf.DescriptorProtos;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DurationProto;
import com.google.protobuf.EmptyProto;
import com.google.protobuf.ExtensionRegistry;
import com.google.protobuf.FieldMaskProto;
import com.google.protobuf.JavaFeaturesProto;
import com.google.protobuf.SourceContextProto;
import com.google.protobuf.StructProto;
import com.google.protobuf.TimestampProto;
import com.google.protobuf.TypeProto;
import com.google.protobuf.WrappersProto;
import dev.grpcos.gateway.json.Types;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Linked files to describe, by file name. Each set includes all imports. */
final class TestFiles {
  private static final List<String> TOUGH =
      List.of(
          "options.proto",
          "proto2.proto",
          "proto3.proto",
          "edition2023.proto",
          "edition2024.proto");

  /** The types of a schema without any. */
  static final Types NO_TYPES =
      new Types() {
        @Override
        public @Nullable Descriptor message(String fullName) {
          return null;
        }

        @Override
        public @Nullable FieldDescriptor extension(Descriptor containing, String fullName) {
          return null;
        }

        @Override
        public @Nullable FieldDescriptor extension(Descriptor containing, int number) {
          return null;
        }
      };

  private TestFiles() {}

  /** Returns the files of the protobuf runtime, which have no source info. */
  static Map<String, FileDescriptor> runtime() {
    Map<String, FileDescriptor> result = new LinkedHashMap<>();
    for (FileDescriptor file :
        List.of(
            DescriptorProtos.getDescriptor(),
            AnyProto.getDescriptor(),
            SourceContextProto.getDescriptor(),
            TypeProto.getDescriptor(),
            ApiProto.getDescriptor(),
            DurationProto.getDescriptor(),
            EmptyProto.getDescriptor(),
            FieldMaskProto.getDescriptor(),
            JavaFeaturesProto.getDescriptor(),
            StructProto.getDescriptor(),
            TimestampProto.getDescriptor(),
            WrappersProto.getDescriptor())) {
      result.put(file.getName(), file);
    }
    return result;
  }

  /** Returns the files of grpcos and grpc-java, with source info. */
  static Map<String, FileDescriptor> services() throws Exception {
    try (InputStream in =
        Objects.requireNonNull(
            TestFiles.class.getResourceAsStream("/dev/grpcos/proto/descriptors.binpb"))) {
      return linked(FileDescriptorSet.parseFrom(in, ExtensionRegistry.getEmptyRegistry()));
    }
  }

  /**
   * Returns files with special cases of the language.
   *
   * @param options options for protoc, such as the one for source info
   */
  static Map<String, FileDescriptor> tough(Path folder, String... options) throws Exception {
    Map<String, String> sources = new LinkedHashMap<>();
    runtime().forEach((name, file) -> sources.put(name, ProtoText.render(file)));
    for (String name : TOUGH) {
      sources.put(name, DistributionProtoc.resource(name));
    }
    return linked(new DistributionProtoc(folder).compile(sources, options));
  }

  /** Links the files of a set in which each file comes after its imports. */
  static Map<String, FileDescriptor> linked(FileDescriptorSet set)
      throws DescriptorValidationException {
    Map<String, FileDescriptorProto> protos = new LinkedHashMap<>();
    set.getFileList().forEach(file -> protos.put(file.getName(), file));
    Map<String, FileDescriptor> result = new LinkedHashMap<>();
    for (String name : protos.keySet()) {
      link(name, protos, result);
    }
    return result;
  }

  private static FileDescriptor link(
      String name, Map<String, FileDescriptorProto> protos, Map<String, FileDescriptor> linked)
      throws DescriptorValidationException {
    FileDescriptor known = linked.get(name);
    if (known != null) {
      return known;
    }
    FileDescriptorProto proto = Objects.requireNonNull(protos.get(name), name);
    FileDescriptor[] imports = new FileDescriptor[proto.getDependencyCount()];
    for (int i = 0; i < imports.length; i++) {
      imports[i] = link(proto.getDependency(i), protos, linked);
    }
    FileDescriptor file = FileDescriptor.buildFrom(proto, imports);
    linked.put(name, file);
    return file;
  }
}
