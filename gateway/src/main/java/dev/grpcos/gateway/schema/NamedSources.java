package dev.grpcos.gateway.schema;

import java.nio.file.Path;
import java.util.List;

/**
 * Sources as a person names them.
 *
 * @param sources files, or folders of which every file is meant that ends in {@code .proto};
 *     relative to {@code base}, or to one of {@code folders}
 * @param folders where imports are found; relative to {@code base}
 * @param base absolute
 */
public record NamedSources(
    List<String> sources, List<String> folders, Path base, SourceWords words) {
  /** No sources. */
  public static final NamedSources NONE =
      new NamedSources(List.of(), List.of(), Path.of("/"), SourceWords.CONFIGURATION);

  public NamedSources {
    sources = List.copyOf(sources);
    folders = List.copyOf(folders);
  }

  /**
   * Checks that everything is there.
   *
   * @throws SourceException if something is not
   */
  public void check() throws SourceException {
    SourceFiles.find(this);
  }

  /**
   * Compiles the files as they are now, which takes as long as the compiler does. Imports that are
   * missing are left out, and so are options whose definitions are missing.
   *
   * @throws SourceException if a source is not found
   * @throws CompilationException if the sources do not compile
   * @throws SchemaException if the compiler can't be run
   */
  public CompiledSources compile(Protoc protoc) throws SchemaException {
    return sources.isEmpty()
        ? CompiledSources.NONE
        : TolerantCompilation.compile(protoc, SourceFiles.find(this));
  }
}
