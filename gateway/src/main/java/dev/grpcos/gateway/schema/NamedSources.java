package dev.grpcos.gateway.schema;

import java.nio.file.Path;
import java.util.List;

/**
 * Sources as the user names them.
 *
 * @param sources files, or folders with {@code .proto} files; relative to {@code base}, or to one
 *     of {@code folders}
 * @param folders the import folders; relative to {@code base}
 * @param base an absolute path
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
   * Checks that all sources and folders exist.
   *
   * @throws SourceException if one does not exist
   */
  public void check() throws SourceException {
    SourceFiles.find(this);
  }

  /**
   * Compiles the current content of the files; blocks until the compiler ends. Missing imports are
   * left out, and so are options whose definitions are missing.
   *
   * @throws SourceException if a source is not found
   * @throws CompilationException if the sources do not compile
   * @throws SchemaException if the compiler cannot be run
   */
  public CompiledSources compile(Protoc protoc) throws SchemaException {
    return sources.isEmpty()
        ? CompiledSources.NONE
        : TolerantCompilation.compile(protoc, SourceFiles.find(this));
  }
}
