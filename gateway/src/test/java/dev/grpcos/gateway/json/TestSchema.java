package dev.grpcos.gateway.json;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.ExtensionRegistry;
import com.google.protobuf.util.JsonFormat;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The test protos, linked at run time like descriptors from servers. */
final class TestSchema implements Types {
  static final TestSchema TYPES = new TestSchema();

  private final Map<String, Descriptor> messages = new LinkedHashMap<>();
  private final Map<String, FieldDescriptor> extensions = new LinkedHashMap<>();

  private TestSchema() {
    // Files come after their imports, as in protoc's output.
    Map<String, FileDescriptor> files = new LinkedHashMap<>();
    try (InputStream in = TestSchema.class.getResourceAsStream("/descriptors.binpb")) {
      for (FileDescriptorProto proto :
          FileDescriptorSet.parseFrom(Objects.requireNonNull(in)).getFileList()) {
        FileDescriptor[] imports =
            proto.getDependencyList().stream().map(files::get).toArray(FileDescriptor[]::new);
        files.put(proto.getName(), FileDescriptor.buildFrom(proto, imports));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (DescriptorValidationException e) {
      throw new IllegalStateException(e);
    }
    for (FileDescriptor file : files.values()) {
      file.getExtensions().forEach(this::add);
      file.getMessageTypes().forEach(this::add);
    }
  }

  private void add(Descriptor type) {
    messages.put(type.getFullName(), type);
    type.getExtensions().forEach(this::add);
    type.getNestedTypes().forEach(this::add);
  }

  private void add(FieldDescriptor extension) {
    extensions.put(extension.getFullName(), extension);
  }

  static Descriptor type(String fullName) {
    return Objects.requireNonNull(TYPES.message(fullName), fullName);
  }

  @Override
  public @Nullable Descriptor message(String fullName) {
    return messages.get(fullName);
  }

  @Override
  public @Nullable FieldDescriptor extension(Descriptor containing, String fullName) {
    FieldDescriptor extension = extensions.get(fullName);
    return extension != null && extension.getContainingType() == containing ? extension : null;
  }

  @Override
  public @Nullable FieldDescriptor extension(Descriptor containing, int number) {
    return extensionsOf(containing).stream()
        .filter(extension -> extension.getNumber() == number)
        .findFirst()
        .orElse(null);
  }

  List<FieldDescriptor> extensionsOf(Descriptor type) {
    List<FieldDescriptor> found = new ArrayList<>();
    for (FieldDescriptor extension : extensions.values()) {
      if (extension.getContainingType() == type) {
        found.add(extension);
      }
    }
    return found;
  }

  ExtensionRegistry extensionRegistry() {
    ExtensionRegistry registry = ExtensionRegistry.newInstance();
    for (FieldDescriptor extension : extensions.values()) {
      if (extension.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
        registry.add(extension, DynamicMessage.getDefaultInstance(extension.getMessageType()));
      } else {
        registry.add(extension);
      }
    }
    return registry;
  }

  JsonFormat.TypeRegistry typeRegistry() {
    return JsonFormat.TypeRegistry.newBuilder().add(messages.values()).build();
  }
}
