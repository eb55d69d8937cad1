package dev.grpcos.cli.schema;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.GenericDescriptor;
import dev.grpcos.cli.failure.CallFailedException;
import dev.grpcos.cli.failure.CliException;
import dev.grpcos.cli.schema.DescriptorSource.Subject;
import dev.grpcos.gateway.schema.ExtensionNames;
import dev.grpcos.gateway.schema.WellKnownFiles;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Files of which no two have one name, each linked after its imports when something in it is asked
 * for.
 *
 * <p>What can be built is built: an import that nobody has, that is broken, or that leads back to
 * its importer is left out, and remembered with its reason. What servers of other languages leave
 * out of files is added by {@link DescriptorRepair}. Not thread-safe.
 */
final class Namespace {
  private static final String NOBODY = "nobody has";

  private final DescriptorSource source;

  /** As they came. */
  private final SuppliedFiles files = new SuppliedFiles();

  /** As they were linked, where that is not as they came. */
  private final Map<String, FileDescriptorProto> mended = new HashMap<>();

  private final Map<String, FileDescriptor> linked = new HashMap<>();

  /** Why files can't be linked, as the end of a sentence about them. */
  private final Map<String, String> absent = new HashMap<>();

  /** By importer: the imports that it does without, each with the reason. */
  private final Map<String, Map<String, String>> gaps = new HashMap<>();

  private final SymbolIndex symbols = new SymbolIndex();

  Namespace(DescriptorSource source) {
    this.source = source;
  }

  /** Whether none of the files differs from one of its name that is here. */
  boolean admits(List<FileDescriptorProto> answer) {
    return answer.stream()
        .allMatch(
            file -> {
              FileDescriptorProto known = files.get(file.getName());
              return known == null || known.equals(file);
            });
  }

  void add(Collection<FileDescriptorProto> answer) {
    answer.forEach(this::add);
  }

  /** Of the thousands of answers about a large schema most bring what others have brought. */
  private void add(FileDescriptorProto file) {
    if (files.get(file.getName()) == null) {
      files.add(SuppliedFile.of(file));
    }
  }

  /** The file that declares the symbol, or what the symbol would be in; null if none here does. */
  @Nullable FileDescriptorProto declaring(String symbol) {
    return files.declaring(symbol);
  }

  Collection<FileDescriptorProto> files() {
    return files.given();
  }

  /** Has all that the files here import, so that all names are known. */
  void addImports() {
    Set<String> asked = new LinkedHashSet<>();
    List<FileDescriptorProto> next = List.copyOf(files.given());
    while (!next.isEmpty()) {
      List<String> imports =
          next.stream()
              .flatMap(file -> file.getDependencyList().stream())
              .filter(name -> asked.add(name) && files.get(name) == null)
              .toList();
      fetch(imports);
      next = imports.stream().map(this::fetch).filter(Objects::nonNull).toList();
    }
  }

  /**
   * The symbol, where it is in a file that is here.
   *
   * @throws CliException FAILURE if its file is broken
   */
  @Nullable GenericDescriptor symbol(String fullName) {
    GenericDescriptor known = symbols.symbol(fullName);
    FileDescriptorProto file = known == null ? files.declaring(fullName) : null;
    if (file == null || linked.containsKey(file.getName())) {
      return known;
    }
    if (link(file.getName(), new LinkedHashSet<>()) == null) {
      throw CliException.failure(
          "the schema's file %s, in which %s is, %s",
          file.getName(), fullName, absent.get(file.getName()));
    }
    return symbols.symbol(fullName);
  }

  /** The extension of this number, where it is in a file that is here and whole. */
  @Nullable FieldDescriptor extension(Descriptor containing, int number) {
    for (FileDescriptorProto file :
        files.fileContainingExtension(containing.getFullName(), number)) {
      link(file.getName(), new LinkedHashSet<>());
    }
    return symbols.extension(containing, number);
  }

  /** The file of this name, where it can be had. */
  @Nullable FileDescriptor file(String name) {
    return link(name, new LinkedHashSet<>());
  }

  boolean has(FileDescriptor file) {
    return linked.get(file.getName()) == file;
  }

  /** Whether the file does without something that it imports. */
  boolean lacks(FileDescriptor file) {
    return !gaps.getOrDefault(file.getName(), Map.of()).isEmpty();
  }

  /** Why something that the file uses is not there: what it imports, and why that is missing. */
  String gaps(FileDescriptor file) {
    Map<String, List<String>> byReason = new LinkedHashMap<>();
    gaps.getOrDefault(file.getName(), Map.of())
        .forEach(
            (name, reason) ->
                byReason.computeIfAbsent(reason, unused -> new ArrayList<>()).add(name));
    List<String> clauses = new ArrayList<>();
    byReason.forEach(
        (reason, names) -> clauses.add(String.join(", ", names) + ", which " + reason));
    return clauses.isEmpty()
        ? "nothing that " + file.getName() + " imports declares it"
        : file.getName() + " imports " + String.join("; and ", clauses);
  }

  /** Adds the file and what it imports, each after its imports. */
  void collect(String name, Set<String> seen, Map<String, SchemaFile> result) {
    FileDescriptor file = seen.add(name) ? link(name, new LinkedHashSet<>()) : null;
    FileDescriptorProto proto = mended.getOrDefault(name, files.get(name));
    if (file != null && proto != null) {
      proto.getDependencyList().forEach(imported -> collect(imported, seen, result));
      proto.getOptionDependencyList().forEach(imported -> collect(imported, seen, result));
      result.put(name, new SchemaFile(proto, file));
    }
  }

  /** The linked file; null where {@link #absent} says why there is none. */
  private @Nullable FileDescriptor link(String name, Set<String> importers) {
    FileDescriptor done = linked.get(name);
    FileDescriptorProto file = done == null ? fetch(name) : null;
    if (file == null) {
      return done;
    }
    importers.add(name);
    FileDescriptor result = linkWhole(file, importers);
    if (result == null) {
      result = linkMended(file, importers);
    }
    importers.remove(name);
    if (result != null) {
      linked.put(name, result);
      symbols.add(result);
    }
    return result;
  }

  /** Most files are as they should be, and need no closer look. */
  private @Nullable FileDescriptor linkWhole(FileDescriptorProto file, Set<String> importers) {
    if (OptionalFields.areHidden(file)) {
      return null;
    }
    FileDescriptor[] imports = imports(file, importers);
    try {
      return FileDescriptor.buildFrom(ExtensionNames.bracketed(file), imports);
    } catch (DescriptorValidationException | RuntimeException e) {
      return null;
    }
  }

  private @Nullable FileDescriptor linkMended(FileDescriptorProto file, Set<String> importers) {
    FileDescriptorProto whole = DescriptorRepair.repaired(file, files);
    FileDescriptor[] imports = imports(whole, importers);
    String reason;
    try {
      FileDescriptor result =
          FileDescriptor.buildFrom(ExtensionNames.bracketed(whole), imports, true);
      FileDescriptorProto known = UnknownEnums.asNumbers(whole, result);
      if (!known.equals(whole)) {
        result = FileDescriptor.buildFrom(ExtensionNames.bracketed(known), imports, true);
      }
      mended.put(file.getName(), whole);
      return result;
    } catch (DescriptorValidationException e) {
      reason = e.getDescription();
    } catch (RuntimeException e) {
      reason = String.valueOf(e.getMessage()); // such as an edition of the future
    }
    absent.put(file.getName(), "is broken: " + reason);
    return null;
  }

  private FileDescriptor[] imports(FileDescriptorProto file, Set<String> importers) {
    List<FileDescriptor> imports = new ArrayList<>();
    Map<String, String> missing = new LinkedHashMap<>();
    fetch(file.getDependencyList());
    for (String name : file.getDependencyList()) {
      FileDescriptor imported = importers.contains(name) ? null : link(name, importers);
      if (imported != null) {
        imports.add(imported);
      } else if (importers.contains(name)) {
        missing.put(name, "imports it in turn");
      } else {
        missing.put(name, absent.getOrDefault(name, NOBODY));
      }
    }
    gaps.put(file.getName(), missing);
    return imports.toArray(new FileDescriptor[0]);
  }

  /** The file, asked for where it is not here; null where {@link #absent} says why. */
  private @Nullable FileDescriptorProto fetch(String name) {
    FileDescriptorProto known = files.get(name);
    if (known != null || absent.containsKey(name)) {
      return absent.containsKey(name) ? null : known;
    }
    try {
      settle(name, source.file(name), NOBODY);
    } catch (CallFailedException e) {
      throw e; // the server is gone, and nothing is known of its files
    } catch (CliException e) {
      settle(name, List.of(), "can't be had: " + e.getMessage());
    }
    return files.get(name);
  }

  /** Asks for those that are not here, all at once. */
  private void fetch(List<String> names) {
    List<String> wanted =
        names.stream()
            .filter(name -> files.get(name) == null && !absent.containsKey(name))
            .toList();
    if (wanted.size() > 1) {
      source.all(Subject.FILE, wanted).forEach((name, answer) -> settle(name, answer, NOBODY));
    }
  }

  private void settle(String name, List<FileDescriptorProto> answer, String otherwise) {
    addAnswer(name, answer);
    FileDescriptorProto wellKnown = files.get(name) == null ? WellKnownFiles.find(name) : null;
    if (wellKnown != null) {
      files.add(SuppliedFile.of(wellKnown));
    }
    if (files.get(name) == null) {
      absent.put(name, otherwise);
    }
  }

  /** The first file of the answer is the one, even where the server calls it something else. */
  private void addAnswer(String name, List<FileDescriptorProto> answer) {
    boolean named = answer.stream().anyMatch(file -> file.getName().equals(name));
    for (int i = 0; i < answer.size(); i++) {
      FileDescriptorProto file = answer.get(i);
      add(named || i > 0 ? file : file.toBuilder().setName(name).build());
    }
  }
}
