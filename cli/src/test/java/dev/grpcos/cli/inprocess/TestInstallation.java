package dev.grpcos.cli.inprocess;

import dev.grpcos.cli.distribution.Distribution;

/**
 * Sets the folder of the distribution for commands in the test JVM, as {@code lib/grpcos-jvm} does.
 */
final class TestInstallation {
  private TestInstallation() {}

  /** Sets the property once; the build has put {@code lib/protoc} there before the tests. */
  static void use() {
    System.setProperty("grpcos.home", Distribution.built().home().toString());
  }
}
