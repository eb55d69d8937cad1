package dev.grpcos.gateway.exec;

import dev.grpcos.proto.helloworld.HelloRequest;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;

/** Programs of tests, and the schema of what they serve. */
final class Scripts {
  /** {@code grpcos-exec}, as the build made it for tests. */
  static final Path KEEPER = Path.of("target", "grpcos-exec").toAbsolutePath();

  private Scripts() {}

  /** A shell script that can be run. */
  static Path script(Path folder, String name, String text) throws Exception {
    Path script = Files.writeString(folder.resolve(name), "#!/bin/sh\n" + text + "\n");
    return Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /** The descriptors of the built-in services, Greeter among them. */
  static byte[] descriptors() throws Exception {
    try (InputStream descriptors =
        HelloRequest.class.getResourceAsStream("/dev/grpcos/proto/descriptors.binpb")) {
      return Objects.requireNonNull(descriptors).readAllBytes();
    }
  }
}
