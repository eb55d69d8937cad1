package dev.grpcos.gateway.schema;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Compiles sources whose imports are missing in part. */
abstract class CompilationFixture {
  @TempDir Path folder;

  Protoc protoc;

  @BeforeEach
  final void writeDefinitions() throws Exception {
    protoc = TestProtoc.withIncludesIn(folder);
    source(
        "have.proto",
        """
        syntax = "proto2";
        package have;
        import "google/protobuf/any.proto";
        import "google/protobuf/descriptor.proto";
        import "gone/type.proto";
        message Sub { optional int32 known = 1; }
        message Value {
          optional int32 a = 1;
          optional Sub sub = 2;
          optional google.protobuf.Any any = 3;
          extensions 100 to 200;
        }
        extend google.protobuf.FileOptions {
          optional Value value = 5000;
          optional int32 number = 5001;
          optional gone.Type type = 5002;
        }
        extend google.protobuf.FieldOptions { optional string text = 5000; }
        """);
  }

  CompiledSources compile(String text, String... others) throws Exception {
    source("main.proto", text);
    return compile(Stream.concat(Stream.of("main.proto"), Arrays.stream(others)).toList());
  }

  CompiledSources compile(List<String> names) throws Exception {
    CompiledSources compiled =
        new NamedSources(names, List.of(), folder, SourceWords.CONFIGURATION).compile(protoc);
    assertThat(compiled.files()).extracting(FileDescriptorProto::getName).doesNotHaveDuplicates();
    assertThat(compiled.files())
        .noneMatch(file -> Set.of("grpcos", "gone").contains(file.getName().split("/", -1)[0]));
    return compiled;
  }

  static FileDescriptorProto file(CompiledSources compiled) {
    return compiled.files().stream()
        .filter(file -> file.getName().equals("main.proto"))
        .findFirst()
        .orElseThrow();
  }

  String source(String name, String text) throws Exception {
    Files.createDirectories(folder.resolve(name).getParent());
    Files.writeString(folder.resolve(name), text);
    return name;
  }
}
