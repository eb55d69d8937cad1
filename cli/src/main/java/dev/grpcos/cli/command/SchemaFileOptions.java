package dev.grpcos.cli.command;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.FileDescriptor;
import dev.grpcos.cli.describe.ProtoText;
import dev.grpcos.cli.failure.CliException;
import dev.grpcos.cli.invocation.Invocation;
import dev.grpcos.gateway.schema.LinkedFile;
import java.io.FileNotFoundException;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options for writing a schema to files. */
final class SchemaFileOptions {
  @Option(
      names = "--protoset-out",
      paramLabel = "FILE",
      description =
          "Write the symbol's file and all its imports as a descriptor set, for --protoset,"
              + " and print nothing.")
  @Nullable String protoset;

  @Option(
      names = {"--proto-out", "--proto-out-dir"},
      paramLabel = "DIR",
      description = "Write the same as .proto files, each at its own path below DIR.")
  @Nullable String folder;

  boolean given() {
    return protoset != null || folder != null;
  }

  /** Requires a separate process if the command writes files, which must belong to the caller. */
  void admit(Invocation invocation) {
    if ("-".equals(protoset)) {
      throw CliException.usage(
          "--protoset-out -: standard output is not supported; give a file, such as /dev/stdout, or"
              + " ./- for a file named -");
    }
    if (given()) {
      invocation.requireOwnProcess("the caller's files must be written with the caller's rights");
    }
  }

  void write(List<LinkedFile> files, Invocation invocation) {
    if (folder != null) {
      writeSources(files, invocation.workingDirectory().resolve(folder));
    }
    if (protoset != null) {
      FileDescriptorSet.Builder set = FileDescriptorSet.newBuilder();
      files.forEach(file -> set.addFile(file.source()));
      write(invocation.workingDirectory().resolve(protoset), set.build().toByteArray());
    }
  }

  private static void writeSources(List<LinkedFile> files, Path folder) {
    Map<String, FileDescriptor> linked = new HashMap<>();
    Map<Path, FileDescriptor> targets = new LinkedHashMap<>();
    // check all paths before the first file is written
    for (LinkedFile file : files) {
      linked.put(file.linked().getName(), file.linked());
      targets.put(target(folder, file.linked().getName()), file.linked());
    }
    targets.forEach(
        (target, file) -> {
          // a failure is reported when the file is written
          boolean unused = target.resolveSibling("").toFile().mkdirs();
          List<FileDescriptor> optionImports =
              file.toProto().getOptionDependencyList().stream()
                  .map(linked::get)
                  .filter(Objects::nonNull)
                  .toList();
          write(target, ProtoText.render(file, optionImports).getBytes(UTF_8));
        });
  }

  /**
   * Returns the path for a file name, which comes from the server and must not leave the folder.
   */
  private static Path target(Path folder, String name) {
    try {
      Path path = Path.of(name);
      if (!name.isEmpty()
          && !path.isAbsolute()
          && path.equals(path.normalize())
          && !path.startsWith("..")) {
        return folder.resolve(path);
      }
    } catch (InvalidPathException e) {
      throw outside(name, e);
    }
    throw outside(name, null);
  }

  private static CliException outside(String name, @Nullable Exception cause) {
    return CliException.failure(
        cause == null ? new IOException("the path leaves the folder") : cause,
        "the schema has a file '%s', whose path leaves the folder of --proto-out: nothing was"
            + " written",
        name);
  }

  /**
   * Writes a file. The messages of this stream contain the kernel's reason, after the name of the
   * file if it cannot be opened.
   */
  private static void write(Path file, byte[] content) {
    try (OutputStream out = new FileOutputStream(file.toFile())) {
      out.write(content);
    } catch (FileNotFoundException e) {
      throw CliException.failure(e, "cannot write %s", e.getMessage());
    } catch (IOException e) {
      throw CliException.failure(e, "cannot write %s (%s)", file, e.getMessage());
    }
  }
}
