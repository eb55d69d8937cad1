package dev.grpcos.gateway.schema;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import dev.grpcos.gateway.schema.CompilerMessage.MessageKind;
import dev.grpcos.gateway.schema.SourceOptions.SourceOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Compiles sources with missing imports.
 *
 * <p>The compiler requires all imports. It gets stand-ins for missing files, which declare the
 * undefined types, and copies of sources without the undefined options. Each run of the compiler
 * shows what the next run needs, until a run succeeds or reports an error that no missing file
 * explains. Not thread-safe.
 */
final class TolerantCompilation {
  /**
   * The maximum number of runs. In each run at least one more file of a chain of imports compiles.
   */
  private static final int MOST_RUNS = 100;

  private final Protoc protoc;
  private final SourceFiles sources;
  private final Path edited;
  private final Path absent;
  private final StandIns standIns = new StandIns();

  /** Files by name; null for files that are not in the folders. */
  private final Map<String, @Nullable EditedSource> files = new LinkedHashMap<>();

  private TolerantCompilation(Protoc protoc, SourceFiles sources, Path folder) {
    this.protoc = protoc;
    this.sources = sources;
    edited = folder.resolve("edited");
    absent = folder.resolve("absent");
  }

  /**
   * Compiles sources. Complete sources stay unchanged.
   *
   * @throws CompilationException if the sources would not compile with any content of the missing
   *     files
   * @throws SchemaException if the compiler cannot be run
   */
  static CompiledSources compile(Protoc protoc, SourceFiles sources) throws SchemaException {
    try {
      return new CompiledSources(
          protoc.compile(sources.folders(), sources.names()), new TreeSet<>(), Map.of());
    } catch (CompilationException e) {
      if (!mayBeMissing(CompilerMessage.in(e.output()))) {
        throw e;
      }
      return compileWithout(protoc, sources);
    }
  }

  private static boolean mayBeMissing(List<CompilerMessage> messages) {
    return messages.stream()
        .anyMatch(
            message ->
                switch (message.kind()) {
                  case FILE_NOT_FOUND,
                      ALREADY_DEFINED,
                      OPTION_NOT_DEFINED,
                      EXTENSION_NOT_DEFINED,
                      ANY_TYPE_NOT_DEFINED ->
                      true;
                  default -> false;
                });
  }

  private static CompiledSources compileWithout(Protoc protoc, SourceFiles sources)
      throws SchemaException {
    try {
      Path folder = TemporaryFolder.create("grpcos-absent-");
      try {
        return new TolerantCompilation(protoc, sources, folder).compile();
      } finally {
        delete(folder);
      }
    } catch (IOException e) {
      throw TemporaryFolder.failure(e);
    }
  }

  private CompiledSources compile() throws IOException, SchemaException {
    Files.createDirectory(edited);
    Files.createDirectory(absent);
    leaveOutUndeclared();
    List<Path> folders = new ArrayList<>(List.of(absent, edited));
    folders.addAll(sources.folders());
    for (int run = 1; ; run++) {
      write();
      try {
        return result(protoc.compile(folders, sources.names()));
      } catch (CompilationException e) {
        String output = e.output();
        if (run == MOST_RUNS || !spare(CompilerMessage.in(output))) {
          throw new CompilationException(withMissing(output));
        }
      }
    }
  }

  /**
   * Leaves out undeclared options at once. Otherwise the compiler needs one run for each option of
   * a list.
   */
  private void leaveOutUndeclared() throws IOException {
    Set<String> declared = new HashSet<>();
    Deque<String> queue = new ArrayDeque<>(sources.names());
    while (!queue.isEmpty()) {
      String name = queue.remove();
      if (!files.containsKey(name)) {
        EditedSource file = source(name);
        if (file != null) {
          declared.addAll(file.source().extensions());
          for (String imported : file.source().imports()) {
            queue.add(found(imported, name));
          }
        }
      }
    }
    for (EditedSource file : files.values()) {
      if (file != null) {
        file.source().options().stream()
            .filter(option -> option.isCustom() && !declared.contains(extension(option)))
            .forEach(file::leaveOut);
      }
    }
  }

  /**
   * Returns the name of an import in the folders, which may differ from the name in the importer:
   * sources of one repository often use names relative to another folder.
   */
  private String found(String imported, String importer) {
    String folder = importer.substring(0, importer.lastIndexOf('/') + 1);
    String tail = imported;
    List<String> others = new ArrayList<>(List.of(imported, folder + imported));
    while (tail.indexOf('/') >= 0) {
      tail = tail.substring(tail.indexOf('/') + 1);
      others.add(tail);
    }
    String other =
        others.stream()
            .map(this::nameOf)
            .filter(name -> !name.isEmpty() && !name.equals(importer))
            .findFirst()
            .orElse("");
    if (!other.equals(imported)) {
      standIns.addFile(imported, other);
    }
    return other.isEmpty() ? imported : other;
  }

  /** Returns the name of a file in the first folder that contains it, or an empty string. */
  private String nameOf(String name) {
    Path file = protoc.find(sources.folders(), name);
    return file == null ? "" : sources.nameOf(file, name);
  }

  /** Returns the last part of the name of the first extension in an option's name. */
  private static String extension(SourceOption option) {
    String name = option.name();
    int close = name.indexOf(')');
    String full = name.substring(name.indexOf('(') + 1, close < 0 ? name.length() : close);
    return full.substring(full.lastIndexOf('.') + 1);
  }

  private @Nullable EditedSource source(String name) throws IOException {
    if (!files.containsKey(name)) {
      Path file = protoc.find(sources.folders(), name);
      files.put(name, file == null ? null : EditedSource.read(file));
    }
    return files.get(name);
  }

  private void write() throws IOException {
    standIns.write(absent);
    for (Map.Entry<String, @Nullable EditedSource> file : files.entrySet()) {
      EditedSource source = file.getValue();
      if (source != null && source.isEdited()) {
        source.write(edited.resolve(file.getKey()));
      }
    }
  }

  /**
   * Changes the next run so that it avoids these messages. Returns false if there is nothing to
   * change.
   */
  private boolean spare(List<CompilerMessage> messages) throws IOException {
    Set<String> unread =
        messages.stream()
            .filter(message -> message.kind() == MessageKind.IMPORT_NOT_READ)
            .map(CompilerMessage::file)
            .collect(Collectors.toSet());
    boolean progress = false;
    for (CompilerMessage message : messages) {
      progress |=
          switch (message.kind()) {
            case FILE_NOT_FOUND -> standIns.addFile(message.file(), "");
            case TYPE_NOT_DEFINED, NAME_NOT_DEFINED ->
                !unread.contains(message.file())
                    && (addImport(message.file(), standIns.fileOf(message.name()))
                        || standIns.addType(message.name()));
            case NOT_IMPORTED ->
                !unread.contains(message.file()) && addImport(message.file(), message.name());
            case ALREADY_DEFINED -> standIns.leaveTo(message.file(), message.name());
            default -> spareOption(message);
          };
    }
    return progress;
  }

  /** Adds an import that a missing file would have made visible. */
  private boolean addImport(String file, String imported) throws IOException {
    EditedSource source = source(file);
    return source != null
        && !imported.isEmpty()
        && !imported.equals(file)
        && !standIns.files().isEmpty()
        && source.addImport(imported);
  }

  private boolean spareOption(CompilerMessage message) throws IOException {
    EditedSource file = message.line() == 0 ? null : source(message.file());
    if (file == null) {
      return false;
    }
    if (message.kind() == MessageKind.PACKED_MESSAGE) {
      return standIns.makeEnum(file.nameAt(message.line(), message.column()));
    }
    SourceOption option = file.optionAt(message.line(), message.column());
    if (option == null) {
      return false;
    }
    return switch (message.kind()) {
      case EXTENSION_NOT_DEFINED, ANY_TYPE_NOT_DEFINED ->
          file.leaveOutOfValue(option, message.name()) || leaveOut(file, option);
      case OPTION_NOT_DEFINED -> leaveOut(file, option);
      case VALUE_NOT_ACCEPTED -> standIns.declareAny() && leaveOut(file, option);
      case DEFAULT_OF_MESSAGE -> {
        boolean made = standIns.makeEnum(file.typeOfFieldWith(option));
        yield file.leaveOut(option) || made;
      }
      default -> false;
    };
  }

  /**
   * Leaves an option out, unless it is a built-in option: these are never missing, but may be
   * misspelled.
   */
  private static boolean leaveOut(EditedSource file, SourceOption option) {
    return option.isCustom() && file.leaveOut(option);
  }

  private CompiledSources result(List<FileDescriptorProto> compiled) {
    List<FileDescriptorProto> kept = new MissingImports(standIns).takenOut(compiled);
    Map<String, SortedSet<String>> leftOut = new TreeMap<>();
    for (FileDescriptorProto file : kept) {
      EditedSource source = files.get(file.getName());
      if (source != null && !source.leftOut().isEmpty()) {
        leftOut.put(file.getName(), new TreeSet<>(source.leftOut()));
      }
    }
    SortedSet<String> missing = new TreeSet<>();
    kept.forEach(file -> missing.addAll(file.getDependencyList()));
    missing.retainAll(standIns.files());
    return new CompiledSources(kept, missing, leftOut);
  }

  /** Returns the compiler's output after the missing imports, which may be the cause. */
  private String withMissing(String output) {
    return Stream.concat(
            standIns.files().stream()
                .filter(name -> standIns.otherName(name).isEmpty())
                .map(name -> name + ": File not found."),
            output.lines().filter(line -> !line.endsWith(": File not found.")))
        .collect(Collectors.joining("\n"));
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path file : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
