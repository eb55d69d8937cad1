package dev.grpcos.gateway.reflection;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.MethodDescriptorProto;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * An index of the proto files of one descriptor source, by their declarations.
 *
 * <p>The index links nothing: a missing import, or a symbol that two files declare, affects only
 * itself. Names are full names without a leading dot. Immutable.
 */
public final class DescriptorIndex {
  private final Map<String, ReflectedFile> files = new HashMap<>();
  private final Map<String, ReflectedFile> symbols = new HashMap<>();
  private final Set<String> messages = new HashSet<>();
  private final Map<String, NavigableMap<Integer, ReflectedFile>> extensions = new HashMap<>();

  private final Map<String, List<String>> methods = new HashMap<>();

  public DescriptorIndex(List<FileDescriptorProto> protos) {
    protos.forEach(this::add);
  }

  @Nullable ReflectedFile file(String name) {
    return files.get(name);
  }

  /**
   * Returns the file that declares this service, method, message, enum, enum value, field or
   * extension.
   */
  @Nullable ReflectedFile declaring(String symbol) {
    return symbols.get(symbol);
  }

  /** Returns the short names of the methods of this service; none for an unknown service. */
  List<String> methods(String service) {
    return methods.getOrDefault(service, List.of());
  }

  /** Returns the files that declare extensions of this message. */
  Set<ReflectedFile> extending(String message) {
    NavigableMap<Integer, ReflectedFile> known = extensions.get(message);
    return known == null ? Set.of() : new LinkedHashSet<>(known.values());
  }

  /** Returns whether this file declares custom options. */
  boolean extendsOptions(ReflectedFile file) {
    return extensions.entrySet().stream()
        .filter(each -> each.getKey().startsWith("google.protobuf."))
        .anyMatch(each -> each.getValue().containsValue(file));
  }

  @Nullable ReflectedFile extension(String message, int number) {
    NavigableMap<Integer, ReflectedFile> known = extensions.get(message);
    return known == null ? null : known.get(number);
  }

  /**
   * Returns the numbers of the known extensions of this message, ascending; null for an unknown
   * message.
   */
  @Nullable Set<Integer> extensionNumbers(String message) {
    NavigableMap<Integer, ReflectedFile> known = extensions.get(message);
    return known != null ? known.keySet() : messages.contains(message) ? Set.of() : null;
  }

  /** Returns the file, followed by all direct and indirect imports that the index contains. */
  List<ReflectedFile> withImports(ReflectedFile file) {
    List<ReflectedFile> found = new ArrayList<>();
    Set<String> seen = new HashSet<>(Set.of(file.name()));
    ArrayDeque<ReflectedFile> queue = new ArrayDeque<>(List.of(file));
    while (!queue.isEmpty()) {
      ReflectedFile next = queue.remove();
      found.add(next);
      for (String name : next.imports()) {
        ReflectedFile imported = files.get(name);
        if (imported != null && seen.add(name)) {
          queue.add(imported);
        }
      }
    }
    return found;
  }

  /**
   * Returns the file that declares this symbol, followed by its imports; empty if no file does.
   *
   * @param symbol a full name, as in {@link #declaring}
   */
  public List<FileDescriptorProto> closure(String symbol) {
    return closure(declaring(symbol));
  }

  /** Returns the file that declares this symbol, or null. */
  public @Nullable FileDescriptorProto fileOf(String symbol) {
    ReflectedFile file = declaring(symbol);
    return file == null ? null : file.proto();
  }

  /** Returns the file that declares this extension, followed by its imports; or no file. */
  public List<FileDescriptorProto> closure(String message, int number) {
    return closure(extension(message, number));
  }

  private List<FileDescriptorProto> closure(@Nullable ReflectedFile file) {
    return file == null ? List.of() : withImports(file).stream().map(ReflectedFile::proto).toList();
  }

  private void add(FileDescriptorProto proto) {
    ReflectedFile file =
        new ReflectedFile(
            proto.getName(), List.copyOf(proto.getDependencyList()), proto.toByteString());
    files.putIfAbsent(file.name(), file);
    String scope = proto.getPackage();
    proto.getMessageTypeList().forEach(message -> addMessage(scope, message, file));
    proto.getEnumTypeList().forEach(type -> addEnum(scope, type, file));
    proto.getServiceList().forEach(service -> addService(scope, service, file));
    proto.getExtensionList().forEach(extension -> addExtension(scope, extension, file));
  }

  private void addMessage(String scope, DescriptorProto message, ReflectedFile file) {
    String name = addSymbol(scope, message.getName(), file);
    messages.add(name);
    message.getFieldList().forEach(field -> addSymbol(name, field.getName(), file));
    message.getOneofDeclList().forEach(oneof -> addSymbol(name, oneof.getName(), file));
    message.getNestedTypeList().forEach(nested -> addMessage(name, nested, file));
    message.getEnumTypeList().forEach(type -> addEnum(name, type, file));
    message.getExtensionList().forEach(extension -> addExtension(name, extension, file));
  }

  /** Adds an enum. Its values are siblings of the enum, as in C++. */
  private void addEnum(String scope, EnumDescriptorProto type, ReflectedFile file) {
    addSymbol(scope, type.getName(), file);
    type.getValueList().forEach(value -> addSymbol(scope, value.getName(), file));
  }

  private void addService(String scope, ServiceDescriptorProto service, ReflectedFile file) {
    String name = addSymbol(scope, service.getName(), file);
    service.getMethodList().forEach(method -> addSymbol(name, method.getName(), file));
    methods.putIfAbsent(
        name, service.getMethodList().stream().map(MethodDescriptorProto::getName).toList());
  }

  private void addExtension(String scope, FieldDescriptorProto extension, ReflectedFile file) {
    addSymbol(scope, extension.getName(), file);
    String extendee = extension.getExtendee();
    extensions
        .computeIfAbsent(
            extendee.startsWith(".") ? extendee.substring(1) : extendee, name -> new TreeMap<>())
        .putIfAbsent(extension.getNumber(), file);
  }

  private String addSymbol(String scope, String name, ReflectedFile file) {
    String full = scope.isEmpty() ? name : scope + "." + name;
    symbols.putIfAbsent(full, file);
    return full;
  }
}
