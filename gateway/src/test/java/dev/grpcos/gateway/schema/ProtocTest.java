package dev.grpcos.gateway.schema;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ProtocTest {
  @TempDir private Path folder;

  @Test
  void fullTemporaryFolderIsNamed() throws Exception {
    Protoc protoc = printing("$output: No space left on device");
    assertThatThrownBy(() -> protoc.compile(List.of(folder), List.of("a.proto")))
        .isExactlyInstanceOf(SchemaException.class)
        .hasMessage(
            "temporary folder %s: cannot be written: No space left on device; make it writable,"
                + " or set TMPDIR to another folder",
            System.getProperty("java.io.tmpdir"));
  }

  @Test
  void errorOfASourceIsTheCompilers() throws Exception {
    Protoc protoc = printing("a.proto:1:1: Expected \";\".");
    assertThatThrownBy(() -> protoc.compile(List.of(folder), List.of("a.proto")))
        .isInstanceOf(CompilationException.class)
        .hasMessage("a.proto:1:1: Expected \";\".");
  }

  /** Returns a compiler that fails with this message, in which $output is its file. */
  private Protoc printing(String message) throws Exception {
    Path program =
        Files.writeString(
            folder.resolve("protoc"),
            """
            #!/bin/sh
            for argument; do
              case $argument in --descriptor_set_out=*) output=${argument#*=} ;; esac
            done
            cat <<END
            %s
            END
            exit 1
            """
                .formatted(message));
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
    return new Protoc(program, folder);
  }
}
