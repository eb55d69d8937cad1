package dev.grpcos.gateway.schema;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Unchanged descriptor files, by name and by declaration.
 *
 * <p>If two files have the same name, or declare the same symbol, the table uses the first. A
 * placeholder, which grpc-go sends for a file that it lacks, counts as missing. Not thread-safe.
 */
public final class FileTable {
  private final @Nullable FileTable outer;
  private final Map<String, DescriptorFile> files = new LinkedHashMap<>();

  /** The files by top-level declaration. */
  private final Map<String, DescriptorFile> symbols = new HashMap<>();

  /** The messages and enums of files, by file. A file is added when a caller asks for its types. */
  private final Map<String, Map<String, FieldDescriptorProto.Type>> types = new HashMap<>();

  /** The files by extended message and extension number. */
  private final Map<String, SortedMap<Integer, FileDescriptorProto>> extensions = new HashMap<>();

  /** Files whose extensions are not in {@link #extensions} yet. */
  private final List<DescriptorFile> unread = new ArrayList<>();

  /** Creates an empty table. */
  public FileTable() {
    this(null);
  }

  /** Creates a table on top of another table. The files of the other table take precedence. */
  public FileTable(@Nullable FileTable outer) {
    this.outer = outer;
  }

  /**
   * Adds a file.
   *
   * @return whether the file is new and not a placeholder
   */
  public boolean add(DescriptorFile file) {
    if (has(file.name()) || isPlaceholder(file)) {
      return false;
    }
    files.put(file.name(), file);
    file.top().forEach(name -> symbols.putIfAbsent(name, file));
    unread.add(file);
    return true;
  }

  /**
   * Returns whether the file is a placeholder. Only a file without declarations has to be parsed
   * for this.
   */
  private static boolean isPlaceholder(DescriptorFile file) {
    return file.top().isEmpty() && file.proto().getSyntax().startsWith("<unknown");
  }

  /** Returns whether the table contains the file. */
  public boolean has(String name) {
    return files.containsKey(name) || (outer != null && outer.has(name));
  }

  /** Returns the file with this name, or null. */
  public @Nullable FileDescriptorProto get(String name) {
    FileDescriptorProto known = outer == null ? null : outer.get(name);
    DescriptorFile file = known == null ? files.get(name) : null;
    return file == null ? known : file.proto();
  }

  /** Returns the file that declares the symbol or, by its name, an outer symbol of it. */
  public @Nullable FileDescriptorProto declaring(String symbol) {
    DescriptorFile file = containing(symbol);
    return file == null ? null : file.proto();
  }

  private @Nullable DescriptorFile containing(String symbol) {
    DescriptorFile known = outer == null ? null : outer.containing(symbol);
    String name = symbol;
    while (known == null) {
      known = symbols.get(name);
      int dot = name.lastIndexOf('.');
      if (dot < 0) {
        break;
      }
      name = name.substring(0, dot);
    }
    return known;
  }

  /** Returns the name of the file that declares the top-level symbol, or null. */
  @Nullable String declaringTop(String symbol) {
    DescriptorFile file = containing(symbol);
    return file == null ? null : file.name();
  }

  /** Returns the name of the file that declares the message or enum, or null. */
  @Nullable String declaringType(String fullName) {
    DescriptorFile file = containing(fullName);
    return file != null && types(file.name()).containsKey(fullName) ? file.name() : null;
  }

  /** Returns the messages and enums that the file declares. */
  Map<String, FieldDescriptorProto.Type> types(String name) {
    if (outer != null && outer.has(name)) {
      return outer.types(name);
    }
    FileDescriptorProto file = get(name);
    return file == null
        ? Map.of()
        : types.computeIfAbsent(name, unused -> Declarations.types(file));
  }

  /** Returns the full names of the services in all files. */
  public List<String> services() {
    return files.values().stream().flatMap(file -> file.services().stream()).toList();
  }

  /** Returns the names of the files in the order in which they were added. */
  Collection<String> names() {
    return files.keySet();
  }

  /** Returns all files. */
  public List<FileDescriptorProto> all() {
    return files.values().stream().map(DescriptorFile::proto).toList();
  }

  /** Returns the files that declare extensions of the message, by the numbers of the extensions. */
  public SortedMap<Integer, FileDescriptorProto> extensions(String message) {
    List<DescriptorFile> next = List.copyOf(unread);
    unread.clear();
    for (DescriptorFile file : next) {
      FileDescriptorProto proto = file.proto();
      forEachExtension(
          proto,
          (extendee, number) ->
              extensions
                  .computeIfAbsent(extendee, unused -> new TreeMap<>())
                  .putIfAbsent(number, proto));
    }
    SortedMap<Integer, FileDescriptorProto> own = extensions.getOrDefault(message, new TreeMap<>());
    if (outer == null) {
      return own;
    }
    SortedMap<Integer, FileDescriptorProto> all = new TreeMap<>(own);
    all.putAll(outer.extensions(message));
    return all;
  }

  private static void forEachExtension(
      FileDescriptorProto file, BiConsumer<String, Integer> action) {
    forEach(file.getExtensionList(), action);
    file.getMessageTypeList().forEach(message -> forEachExtension(message, action));
  }

  private static void forEachExtension(
      DescriptorProto message, BiConsumer<String, Integer> action) {
    forEach(message.getExtensionList(), action);
    message.getNestedTypeList().forEach(nested -> forEachExtension(nested, action));
  }

  private static void forEach(
      List<FieldDescriptorProto> declared, BiConsumer<String, Integer> action) {
    for (FieldDescriptorProto extension : declared) {
      String extendee = extension.getExtendee();
      action.accept(
          extendee.startsWith(".") ? extendee.substring(1) : extendee, extension.getNumber());
    }
  }
}
