package dev.grpcos.gateway.schema;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.GenericDescriptor;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Descriptor files with distinct names. The pool repairs, links and indexes a file when a caller
 * looks something up in it.
 *
 * <p>A file passes each stage once, and only if it is needed, so that a large schema costs only the
 * files that are used. The pool links as much as possible: it leaves out an import that is missing
 * or broken, or that imports its importer, and it can name such imports. Not thread-safe.
 */
public final class DescriptorPool {
  private final FileTable table = new FileTable();
  private final RepairedFiles repaired = new RepairedFiles(table);
  private final SymbolIndex symbols = new SymbolIndex();
  private final Linker linker = new Linker(repaired, symbols::add);

  /** Creates an empty pool. */
  public DescriptorPool() {}

  /** Creates a pool of these files. If two files have the same name, the pool uses the first. */
  public DescriptorPool(Collection<? extends DescriptorFile> files) {
    files.forEach(table::add);
  }

  /** Returns the unchanged files. The caller must not add files to the table. */
  public FileTable table() {
    return table;
  }

  /** Returns whether no file has the name of a different file in the pool. */
  public boolean admits(Collection<FileDescriptorProto> files) {
    for (FileDescriptorProto file : files) {
      FileDescriptorProto known = table.get(file.getName());
      if (known != null && !known.equals(file)) {
        return false;
      }
    }
    return true;
  }

  /** Adds the files whose names are not in the pool yet. */
  public void add(Collection<FileDescriptorProto> files) {
    for (FileDescriptorProto file : files) {
      if (!table.has(file.getName())) {
        table.add(DescriptorFile.of(file));
      }
    }
  }

  /** Sets the reason why a file is missing, as the end of a sentence about the file. */
  public void absent(String name, String reason) {
    linker.absent(name, reason);
  }

  /** Returns the linked file with this name, or null if it is missing or broken. */
  public @Nullable FileDescriptor file(String name) {
    return linker.link(name);
  }

  /**
   * Returns the symbol with this full name, or null if no file in the pool declares it.
   *
   * @throws SchemaException if its file is broken
   */
  public @Nullable GenericDescriptor symbol(String fullName) throws SchemaException {
    GenericDescriptor known = symbols.symbol(fullName);
    FileDescriptorProto file = known == null ? table.declaring(fullName) : null;
    if (file == null) {
      return known;
    }
    if (linker.link(file.getName()) == null) {
      throw new SchemaException(
          "the schema's file %s, which declares %s, %s"
              .formatted(file.getName(), fullName, linker.failure(file.getName())));
    }
    return symbols.symbol(fullName);
  }

  /**
   * Returns the extension with this number, or null if no file declares it or its file is broken.
   */
  public @Nullable FieldDescriptor extension(Descriptor containing, int number) {
    FieldDescriptor known = symbols.extension(containing, number);
    FileDescriptorProto file =
        known == null ? table.extensions(containing.getFullName()).get(number) : null;
    if (file != null) {
      linker.link(file.getName());
      known = symbols.extension(containing, number);
    }
    return known;
  }

  /** Returns whether this pool linked the file. */
  public boolean has(FileDescriptor file) {
    return linker.has(file);
  }

  /** Returns whether the file is linked without something that it needs. */
  public boolean isIncomplete(FileDescriptor file) {
    return linker.isIncomplete(file);
  }

  /** Returns a sentence that names the missing parts of the file and the reasons. */
  public String gaps(FileDescriptor file) {
    return linker.gaps(file);
  }

  /**
   * Returns the files with these names and all their imports. Each file comes after its imports.
   */
  public List<LinkedFile> closure(Collection<String> names) {
    List<LinkedFile> result = new ArrayList<>();
    for (FileDescriptor file : linker.closure(names)) {
      FileDescriptorProto source = repaired.get(file.getName());
      if (source != null) {
        result.add(new LinkedFile(source, file));
      }
    }
    return result;
  }

  /** Returns all files in protoc's form, with the stand-ins for missing files. */
  public List<FileDescriptorProto> repaired() {
    return List.copyOf(repaired.all());
  }

  /** Returns one sentence for each repaired file that lacks something. */
  public List<String> problems() {
    List<String> sentences = new ArrayList<>();
    for (FileDescriptorProto file : repaired.all()) {
      RepairedFiles.MissingParts missing = repaired.missing(file.getName());
      if (!missing.imports().isEmpty()) {
        sentences.add(
            file.getName()
                + " imports "
                + String.join(", ", missing.imports())
                + ", which is missing");
      } else if (!missing.types().isEmpty()) {
        sentences.add(
            file.getName()
                + " uses "
                + String.join(", ", missing.types())
                + ", which no file declares");
      }
    }
    return sentences;
  }
}
