package dev.grpcos.gateway.schema;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/** The compiler that the build puts beside the classes, with protobuf's own includes. */
public final class TestProtoc {
  private static final Path PROGRAM = Path.of("target", "protoc").toAbsolutePath();

  private TestProtoc() {}

  /** Returns a compiler with this include folder. */
  public static Protoc withIncludesIn(Path folder) throws IOException {
    if (!Files.isExecutable(PROGRAM) && !PROGRAM.toFile().setExecutable(true)) {
      throw new IOException(PROGRAM + " is not there");
    }
    Path include = folder.resolve("include");
    for (String name : List.of("descriptor", "any", "timestamp")) {
      String file = "google/protobuf/" + name + ".proto";
      Files.createDirectories(include.resolve(file).getParent());
      try (InputStream in = Protoc.class.getClassLoader().getResourceAsStream(file)) {
        Files.copy(in, include.resolve(file), StandardCopyOption.REPLACE_EXISTING);
      }
    }
    return new Protoc(PROGRAM, include);
  }
}
