package dev.grpcos.cli.distribution;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * A Java home whose {@code java} is a script, to observe how the distribution's scripts call it.
 *
 * @param home a value for {@code JAVA_HOME}
 */
public record FakeJava(Path home) {
  /** Creates a Java of this version that prints its arguments, one per line. */
  static FakeJava printingArguments(Path home, String version) {
    return running(home, version, "printf '%s\\n' \"$@\"");
  }

  /** Creates one of this version that runs a shell script. */
  public static FakeJava running(Path home, String version, String script) {
    try {
      Files.createDirectories(home.resolve("bin"));
      Files.writeString(
          home.resolve("release"),
          """
          IMPLEMENTOR="Nobody"
          JAVA_RUNTIME_VERSION="%s+1-fake"
          JAVA_VERSION="%s"
          """
              .formatted(version, version));
      Files.writeString(home.resolve("bin/java"), "#!/bin/sh\n" + script + "\n");
      Files.setPosixFilePermissions(
          home.resolve("bin/java"), PosixFilePermissions.fromString("rwxr-xr-x"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new FakeJava(home);
  }
}
