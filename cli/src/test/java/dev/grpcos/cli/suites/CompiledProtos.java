package dev.grpcos.cli.suites;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.Descriptor;
import dev.grpcos.cli.distribution.Outcome;
import dev.grpcos.cli.inprocess.InProcessCommand;
import dev.grpcos.cli.schema.LinkedSchema;
import dev.grpcos.cli.schema.Protoset;
import dev.grpcos.cli.schema.Schema;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/**
 * The messages and services of a suite, compiled by the command.
 *
 * @param protoset a descriptor set with them
 */
record CompiledProtos(Path protoset, Schema schema) {
  /**
   * Compiles a source that imports what a test needs.
   *
   * @param folder the folder for the source and the descriptor set
   * @param imports the folder of the suite's sources
   * @param source declares the message {@code suite.All}
   */
  static CompiledProtos of(Path folder, Path imports, String source) throws IOException {
    Path file = Files.writeString(folder.resolve("suite.proto"), source);
    Path protoset = folder.resolve("suite.binpb");
    Outcome compiled =
        new InProcessCommand(
                "describe",
                "suite.All",
                "--proto=" + file,
                "-I" + folder,
                "-I" + imports,
                "--protoset-out=" + protoset)
            .run();
    assertThat(compiled).isEqualTo(new Outcome(0, "", ""));
    try (InputStream in = Files.newInputStream(protoset)) {
      return new CompiledProtos(protoset, LinkedSchema.of(Protoset.read(in, protoset.toString())));
    }
  }

  Descriptor message(String name) {
    return Objects.requireNonNull(schema.message(name), name);
  }
}
