package dev.grpcos.gateway.exec;

import dev.grpcos.proto.helloworld.HelloRequest;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;

/** The programs of tests, and the schema of their services. */
final class Scripts {
  /** The {@code grpcos-exec} that the build made for tests. */
  static final Path KEEPER = Path.of("target", "grpcos-exec").toAbsolutePath();

  private Scripts() {}

  /** Creates an executable shell script. */
  static Path script(Path folder, String name, String text) throws Exception {
    Path script = Files.writeString(folder.resolve(name), "#!/bin/sh\n" + text + "\n");
    return Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /** Returns the descriptors of the built-in services, including Greeter. */
  static byte[] descriptors() throws Exception {
    try (InputStream descriptors =
        HelloRequest.class.getResourceAsStream("/dev/grpcos/proto/descriptors.binpb")) {
      return Objects.requireNonNull(descriptors).readAllBytes();
    }
  }
}
