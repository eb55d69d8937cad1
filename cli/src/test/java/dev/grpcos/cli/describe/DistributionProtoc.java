package dev.grpcos.cli.describe;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.ExtensionRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The protobuf compiler in the distribution. */
final class DistributionProtoc {
  private static final Path BINARY = Path.of("target", "grpcos", "lib", "protoc").toAbsolutePath();

  private final Path folder;

  DistributionProtoc(Path folder) {
    this.folder = folder;
  }

  /**
   * Compiles sources, by file name, including all imports. Fails the test if they do not compile.
   */
  FileDescriptorSet compile(Map<String, String> sources, String... options) throws Exception {
    for (Map.Entry<String, String> source : sources.entrySet()) {
      Path file = folder.resolve(source.getKey());
      Files.createDirectories(file.getParent());
      Files.writeString(file, source.getValue());
    }
    return compile(sources.keySet(), options);
  }

  private FileDescriptorSet compile(Collection<String> names, String... options) throws Exception {
    assertThat(BINARY.toFile().setExecutable(true)).isTrue();
    Path descriptors = folder.resolve("descriptors.binpb");
    Path output = folder.resolve("output.txt");
    List<String> command = new ArrayList<>(List.of(BINARY.toString(), "-I" + folder));
    command.addAll(List.of("--retain_options", "--descriptor_set_out=" + descriptors));
    command.addAll(List.of(options));
    command.addAll(names);
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      assertThat(process.waitFor(180, TimeUnit.SECONDS)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    assertThat(process.exitValue()).as(Files.readString(output)).isZero();
    try (InputStream in = Files.newInputStream(descriptors)) {
      return FileDescriptorSet.parseFrom(in, ExtensionRegistry.getEmptyRegistry());
    }
  }

  static String resource(String name) throws IOException {
    try (InputStream in = DistributionProtoc.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
