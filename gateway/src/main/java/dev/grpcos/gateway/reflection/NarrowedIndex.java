package dev.grpcos.gateway.reflection;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * The part of a descriptor source that some methods need: the methods, their types, the types of
 * fields, and extensions of these. Everything else is left out. Top-level types are kept or left
 * out as a whole.
 *
 * <p>Only the files that are needed are parsed. Not thread-safe.
 */
final class NarrowedIndex {
  private static final String OPTIONS = "google.protobuf.";

  private final DescriptorIndex source;
  private final Predicate<String> offered;
  private final Map<ReflectedFile, NarrowedFile> files = new LinkedHashMap<>();
  private final Map<String, Set<String>> services = new HashMap<>();
  private final Set<String> known = new HashSet<>();

  private record Reference(NarrowedFile from, String symbol) {}

  private final Deque<Reference> pending = new ArrayDeque<>();

  /**
   * Creates an index without services.
   *
   * @param offered returns whether a method is needed, by its full name with a slash
   */
  NarrowedIndex(DescriptorIndex source, Predicate<String> offered) {
    this.source = source;
    this.offered = offered;
  }

  /** Adds a service; returns false if the source declares it but none of its methods is needed. */
  boolean add(String service) {
    ReflectedFile declaring = source.declaring(service);
    if (declaring == null) {
      return true;
    }
    Set<String> methods = new TreeSet<>();
    for (String method : source.methods(service)) {
      if (offered.test(service + "/" + method)) {
        methods.add(method);
      }
    }
    if (methods.isEmpty()) {
      return false;
    }
    NarrowedFile file = file(declaring);
    services.put(service, methods);
    for (ServiceDescriptorProto each : file.proto().getServiceList()) {
      if (file.fullName(each.getName()).equals(service)) {
        file.keep(each, methods);
        each.getMethodList().stream()
            .filter(method -> methods.contains(method.getName()))
            .forEach(
                method -> {
                  refer(file, method.getInputType(), service);
                  refer(file, method.getOutputType(), service);
                });
      }
    }
    resolve();
    return true;
  }

  /** Returns the index of the added services. */
  DescriptorIndex index() {
    return new DescriptorIndex(files.values().stream().map(NarrowedFile::narrowed).toList());
  }

  private void resolve() {
    while (!pending.isEmpty()) {
      Reference next = pending.remove();
      ReflectedFile declaring = source.declaring(next.symbol());
      if (declaring != null) {
        NarrowedFile file = file(declaring);
        next.from().needs(file.proto().getName());
        String name = file.topLevelName(next.symbol());
        if (known.add(file.fullName(name))) {
          keepType(file, name);
        }
      }
    }
  }

  private void keepType(NarrowedFile file, String name) {
    file.keepType(name);
    for (DescriptorProto message : file.proto().getMessageTypeList()) {
      if (message.getName().equals(name)) {
        follow(file, message, file.fullName(name));
      }
    }
  }

  private void follow(NarrowedFile file, DescriptorProto message, String scope) {
    message.getFieldList().forEach(field -> follow(file, field, scope));
    message.getExtensionList().forEach(extension -> follow(file, extension, scope));
    for (DescriptorProto nested : message.getNestedTypeList()) {
      follow(file, nested, scope + "." + nested.getName());
    }
    if (!scope.startsWith(OPTIONS)) {
      for (ReflectedFile extending : source.extending(scope)) {
        keepExtensions(file(extending), scope::equals);
      }
    }
  }

  private void follow(NarrowedFile file, FieldDescriptorProto field, String scope) {
    if (!field.getTypeName().isEmpty()) {
      refer(file, field.getTypeName(), scope);
    }
    if (!field.getExtendee().isEmpty()) {
      refer(file, field.getExtendee(), scope);
    }
  }

  /** Keeps the extensions of these messages that a file declares. */
  private void keepExtensions(NarrowedFile file, Predicate<String> extendee) {
    for (FieldDescriptorProto extension : file.proto().getExtensionList()) {
      if (extendee.test(withoutDot(extension.getExtendee())) && file.keep(extension)) {
        follow(file, extension, file.proto().getPackage());
      }
    }
    for (DescriptorProto message : file.proto().getMessageTypeList()) {
      if (declaresExtension(message, extendee)) {
        refer(file, "." + file.fullName(message.getName()), "");
      }
    }
  }

  private static boolean declaresExtension(DescriptorProto message, Predicate<String> extendee) {
    return message.getExtensionList().stream()
            .anyMatch(each -> extendee.test(withoutDot(each.getExtendee())))
        || message.getNestedTypeList().stream().anyMatch(each -> declaresExtension(each, extendee));
  }

  /** Adds a reference to a type, by its full name or relative to a scope. */
  private void refer(NarrowedFile from, String type, String scope) {
    if (type.startsWith(".")) {
      pending.add(new Reference(from, type.substring(1)));
      return;
    }
    for (String outer = scope; ; outer = outer.substring(0, Math.max(0, outer.lastIndexOf('.')))) {
      String symbol = outer.isEmpty() ? type : outer + "." + type;
      if (source.declaring(symbol) != null || outer.isEmpty()) {
        pending.add(new Reference(from, symbol));
        return;
      }
    }
  }

  /** Returns the narrowed form of a file, which is empty at first. */
  private NarrowedFile file(ReflectedFile original) {
    NarrowedFile present = files.get(original);
    if (present != null) {
      return present;
    }
    NarrowedFile added = new NarrowedFile(original.proto());
    files.put(original, added);
    keepOptions(added);
    return added;
  }

  /**
   * Keeps the custom options that the file may use: those of the file itself and of its direct
   * imports. Imports that the source does not have stay, because clients know how to miss them.
   */
  private void keepOptions(NarrowedFile file) {
    Predicate<String> options = name -> name.startsWith(OPTIONS) && name.endsWith("Options");
    keepExtensions(file, options);
    for (String name : file.proto().getDependencyList()) {
      ReflectedFile imported = source.file(name);
      if (imported == null) {
        file.needs(name);
      } else if (source.extendsOptions(imported)) {
        file.needs(name);
        keepExtensions(file(imported), options);
      }
    }
  }

  private static String withoutDot(String name) {
    return name.startsWith(".") ? name.substring(1) : name;
  }
}
