package dev.grpcos.gateway.process;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Properties;

/** The versions of grpcos, its libraries and Java; the build records those of the libraries. */
public record Versions(String grpcos, String grpc, String protobuf, String java) {

  /** Reads the versions that the build recorded. */
  public static Versions read() {
    Properties properties = new Properties();
    try (InputStream in = Versions.class.getResourceAsStream("versions.properties")) {
      properties.load(Objects.requireNonNull(in, "versions.properties is not on the class path"));
    } catch (IOException e) {
      throw new UncheckedIOException("versions.properties cannot be read", e);
    }
    return new Versions(
        properties.getProperty("grpcos"),
        properties.getProperty("grpc"),
        properties.getProperty("protobuf"),
        Runtime.version().toString());
  }
}
