package dev.grpcos.gateway.schema;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import dev.grpcos.gateway.json.Types;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Files linked with one another, whole: an import that is not there is an error, unless it is one
 * of {@code google/protobuf}, which the protobuf runtime has. Immutable once made.
 */
public final class LinkedFiles implements Types {
  private final Map<String, FileDescriptorProto> protos = new LinkedHashMap<>();
  private final Map<String, FileDescriptor> linked = new HashMap<>();
  private final Map<String, ServiceDescriptor> services = new HashMap<>();
  private final Map<String, Descriptor> messages = new HashMap<>();
  private final Map<String, FieldDescriptor> extensions = new HashMap<>();

  /**
   * Links these files, in whatever order they are; of two with one name the first counts.
   *
   * @throws SchemaException if an import is missing, or a file is broken
   */
  public LinkedFiles(Collection<FileDescriptorProto> files) throws SchemaException {
    files.forEach(file -> protos.putIfAbsent(file.getName(), file));
    for (String name : List.copyOf(protos.keySet())) {
      FileDescriptor file = link(name, new LinkedHashSet<>());
      file.getServices().forEach(service -> services.putIfAbsent(service.getFullName(), service));
      file.getExtensions().forEach(this::add);
      file.getMessageTypes().forEach(this::add);
    }
  }

  /** The service of this full name, or null. */
  public @Nullable ServiceDescriptor service(String fullName) {
    return services.get(fullName);
  }

  /** Full names of the services. */
  public Set<String> services() {
    return Set.copyOf(services.keySet());
  }

  @Override
  public @Nullable Descriptor message(String fullName) {
    return messages.get(fullName);
  }

  @Override
  public @Nullable FieldDescriptor extension(Descriptor containing, String fullName) {
    FieldDescriptor extension = extensions.get(fullName);
    return extension != null
            && extension.getContainingType().getFullName().equals(containing.getFullName())
        ? extension
        : null;
  }

  @Override
  public @Nullable FieldDescriptor extension(Descriptor containing, int number) {
    return extensions.values().stream()
        .filter(extension -> extension.getNumber() == number)
        .filter(extension -> extension.getContainingType() == containing)
        .findFirst()
        .orElse(null);
  }

  private void add(Descriptor message) {
    messages.putIfAbsent(message.getFullName(), message);
    message.getExtensions().forEach(this::add);
    message.getNestedTypes().forEach(this::add);
  }

  private void add(FieldDescriptor extension) {
    extensions.putIfAbsent(extension.getFullName(), extension);
  }

  private FileDescriptor link(String name, Set<String> importers) throws SchemaException {
    FileDescriptor done = linked.get(name);
    if (done != null) {
      return done;
    }
    FileDescriptorProto file = protos.get(name);
    if (file == null) {
      file = WellKnownFiles.find(name);
    }
    if (file == null) {
      throw new SchemaException(
          "%s, which %s imports, is missing".formatted(name, last(importers)));
    }
    if (!importers.add(name)) {
      throw new SchemaException(
          "files import one another in a circle: "
              + String.join(" -> ", importers)
              + " -> "
              + name);
    }
    List<FileDescriptor> imports = new ArrayList<>();
    for (String dependency : file.getDependencyList()) {
      imports.add(link(dependency, importers));
    }
    importers.remove(name);
    try {
      FileDescriptor result =
          FileDescriptor.buildFrom(
              ExtensionNames.bracketed(file), imports.toArray(new FileDescriptor[0]));
      linked.put(name, result);
      return result;
    } catch (DescriptorValidationException e) {
      throw new SchemaException("%s is broken: %s".formatted(name, e.getDescription()), e);
    }
  }

  private static String last(Set<String> importers) {
    String last = "a service's schema";
    for (String importer : importers) {
      last = importer;
    }
    return last;
  }
}
