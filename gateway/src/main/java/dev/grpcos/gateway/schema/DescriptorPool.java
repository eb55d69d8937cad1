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
 * Descriptor files from anywhere, of which no two have one name: repaired, linked and indexed when
 * something in them is asked for.
 *
 * <p>A file passes each stage once, and only if it is needed, so that a schema of thousands of
 * files costs what is used of it. What can be linked is linked: an import that is missing or
 * broken, or that leads back to its importer, is left out and can be named. Not thread-safe.
 */
public final class DescriptorPool {
  private final FileTable table = new FileTable();
  private final RepairedFiles repaired = new RepairedFiles(table);
  private final SymbolIndex symbols = new SymbolIndex();
  private final Linker linker = new Linker(repaired, symbols::add);

  /** An empty pool. */
  public DescriptorPool() {}

  /** A pool of these files; of two with one name the first counts. */
  public DescriptorPool(Collection<? extends DescriptorFile> files) {
    files.forEach(table::add);
  }

  /** The files as they came; for looking up, not for adding. */
  public FileTable table() {
    return table;
  }

  /** Whether none of the files differs from one of its name in the pool. */
  public boolean admits(Collection<FileDescriptorProto> files) {
    for (FileDescriptorProto file : files) {
      FileDescriptorProto known = table.get(file.getName());
      if (known != null && !known.equals(file)) {
        return false;
      }
    }
    return true;
  }

  /** Adds the files whose names are not taken. */
  public void add(Collection<FileDescriptorProto> files) {
    for (FileDescriptorProto file : files) {
      if (!table.has(file.getName())) {
        table.add(DescriptorFile.of(file));
      }
    }
  }

  /** Notes why a file is missing, as the end of a sentence about it. */
  public void absent(String name, String reason) {
    linker.absent(name, reason);
  }

  /** The linked file of this name; null if it is missing or broken. */
  public @Nullable FileDescriptor file(String name) {
    return linker.link(name);
  }

  /**
   * The symbol of this full name; null if no file here declares it.
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

  /** The extension of this number; null if no file here declares it, or its file is broken. */
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

  /** Whether the file was linked by this pool. */
  public boolean has(FileDescriptor file) {
    return linker.has(file);
  }

  /** Whether the file is linked without something that it needs. */
  public boolean lacks(FileDescriptor file) {
    return linker.lacks(file);
  }

  /** What the file lacks, and why, as a sentence. */
  public String gaps(FileDescriptor file) {
    return linker.gaps(file);
  }

  /** The files of these names and all that they import, each after its imports. */
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

  /** All files as protoc would have written them, with those that stand in for missing ones. */
  public List<FileDescriptorProto> repaired() {
    return List.copyOf(repaired.all());
  }

  /** What the repaired files lack, a sentence for each of those that lack something. */
  public List<String> lacks() {
    List<String> sentences = new ArrayList<>();
    for (FileDescriptorProto file : repaired.all()) {
      RepairedFiles.Lack lack = repaired.lack(file.getName());
      if (!lack.imports().isEmpty()) {
        sentences.add(
            file.getName()
                + " imports "
                + String.join(", ", lack.imports())
                + ", which is missing");
      } else if (!lack.types().isEmpty()) {
        sentences.add(
            file.getName()
                + " uses "
                + String.join(", ", lack.types())
                + ", which no file declares");
      }
    }
    return sentences;
  }
}
