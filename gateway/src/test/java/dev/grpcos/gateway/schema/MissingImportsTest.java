package dev.grpcos.gateway.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests sources that import missing files, and use types of them. */
final class MissingImportsTest extends CompilationFixture {
  @Test
  void missingDefinitionsInIndirectImportsAreLeftOut() throws Exception {
    source(
        "middle.proto",
        "syntax = 'proto3'; package middle; import public 'gone/options.proto';"
            + " message M { string a = 1 [(gone.x) = 1]; }");
    CompiledSources compiled =
        compile(
            "syntax = 'proto3'; import 'middle.proto'; message M { middle.M m = 1 [(gone.x) = 1];"
                + " }");
    assertThat(compiled.leftOut().keySet()).containsExactlyInAnyOrder("main.proto", "middle.proto");
    assertThat(compiled.missing()).isEmpty();
    assertThat(compiled.files()).allMatch(file -> !file.toString().contains("gone"));
  }

  /** Files of many packages with the same option. Each file imports the next. */
  @Test
  void longChainOfImportsCompiles() throws Exception {
    for (int i = 0; i < 12; i++) {
      source(
          "f" + i + ".proto",
          """
          syntax = "proto3";
          package f%d;
          import "gone/options.proto";
          import "gone/%d.proto";
          %s
          option (gone.a) = true;
          message M { gone.T%d t = 1 [(gone.b) = 1, (gone.c) = 2, (gone.d) = 3]; %s }
          """
              .formatted(
                  i,
                  i,
                  i == 0 ? "" : "import \"f" + (i - 1) + ".proto\";",
                  i,
                  i == 0 ? "" : "f" + (i - 1) + ".M m = 2;"));
    }
    CompiledSources compiled = compile("syntax = 'proto3'; import 'f11.proto';");
    assertThat(compiled.files()).hasSize(13);
    assertThat(compiled.missing()).contains("gone/0.proto", "gone/11.proto");
  }

  @Test
  void missingTypesAreReportedWithTheirPossibleImports() throws Exception {
    CompiledSources compiled =
        compile(
            """
            syntax = "proto3";
            package city;
            import "gone/type.proto";
            import public "gone/public.proto";
            import weak "gone/weak.proto";
            import "google/protobuf/timestamp.proto";
            message City {
              gone.Type type = 1;
              gone.Type.Inner inner = 2;
              map<string, gone.Other> others = 3;
              google.protobuf.Timestamp time = 4;
            }
            service Cities { rpc Get(gone.Request) returns (City); rpc Put(City) returns (City); }
            """);
    FileDescriptorProto file = file(compiled);
    assertThat(compiled.missing())
        .containsExactly("gone/public.proto", "gone/type.proto", "gone/weak.proto");
    assertThat(file.getDependencyCount()).isEqualTo(4);
    assertThat(file.getDependency(file.getPublicDependency(0))).isEqualTo("gone/public.proto");
    assertThat(file.getDependency(file.getWeakDependency(0))).isEqualTo("gone/weak.proto");
    assertThat(file.getMessageType(0).getField(0).getTypeName()).isEqualTo(".gone.Type");
  }

  @Test
  void missingTypesWithDefaultValuesAreEnums() throws Exception {
    CompiledSources compiled =
        compile(
            """
            syntax = "proto2";
            import "gone/type.proto";
            message M {
              optional gone.Color color = 1 [deprecated = true, default = RED];
              repeated gone.Shade shades = 2 [packed = true];
            }
            """);
    assertThat(file(compiled).getMessageType(0).getFieldList())
        .extracting(FieldDescriptorProto::getType)
        .containsOnly(FieldDescriptorProto.Type.TYPE_ENUM);
    assertThat(file(compiled).getMessageType(0).getField(0).getOptions().getDeprecated()).isTrue();
  }

  @Test
  void publicImportsOfMissingFilesAreFound() throws Exception {
    source("x.proto", "syntax = 'proto3'; package x; message T {}");
    CompiledSources compiled =
        compile(
            "syntax = 'proto3'; import 'gone/all.proto'; import 'y.proto'; message M { x.T t = 1;"
                + " }",
            source("y.proto", "syntax = 'proto3'; import 'x.proto'; message Y { x.T t = 1; }"));
    assertThat(file(compiled).getDependencyList()).containsExactly("y.proto", "x.proto");
  }

  /** Sources of one repository, named relative to its root, seen from a folder in it. */
  @Test
  void importsUnderAnotherNameAreFound() throws Exception {
    source("api/types/a.proto", "syntax = 'proto3'; package types; message A {}");
    source(
        "api/services/b.proto",
        "syntax = 'proto3'; package services; import 'example.com/x/api/types/a.proto';"
            + " import 'c.proto'; import 'gogoproto/gogo.proto';"
            + " message B { types.A a = 1 [(gogoproto.nullable) = false]; C c = 2; }");
    source(
        "api/services/c.proto",
        "syntax = 'proto3'; package services; import 'api/types/a.proto';"
            + " message C { types.A a = 1; }");
    CompiledSources compiled =
        new NamedSources(List.of("api"), List.of(), folder, SourceWords.CONFIGURATION)
            .compile(protoc);
    assertThat(compiled.missing()).isEmpty();
    assertThat(compiled.files())
        .extracting(FileDescriptorProto::getName)
        .containsExactly("types/a.proto", "services/c.proto", "services/b.proto");
    assertThat(compiled.files().get(2).getDependencyList())
        .containsExactly("types/a.proto", "services/c.proto");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "option java_pakage = 'x';",
        "option (have.number) = 'text';",
        "message M { string a = 1 }",
        "message M { string a = 1; string b = 1; }",
      })
  void otherErrorsAreReportedWithMissingImports(String fault) throws Exception {
    source(
        "number.proto",
        "syntax = 'proto3'; package have; import 'google/protobuf/descriptor.proto';"
            + " extend google.protobuf.FileOptions { int32 number = 5001; }");
    String text = "syntax = 'proto3';\nimport 'number.proto';\nimport 'gone/a.proto';\n" + fault;
    assertThatThrownBy(() -> compile(text))
        .isInstanceOf(CompilationException.class)
        .hasMessageContaining("main.proto:4:");
  }

  @Test
  void undefinedTypesWithoutMissingImportAreErrors() {
    assertThatThrownBy(() -> compile("syntax = 'proto3';\nmessage M { Nowhere a = 1; }"))
        .isInstanceOf(CompilationException.class)
        .hasMessage("main.proto:2:13: \"Nowhere\" is not defined.");
  }
}
