package dev.grpcos.gateway.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.SourceCodeInfo.Location;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests sources with missing imports. */
final class TolerantCompilationTest {
  @TempDir Path folder;

  private Protoc protoc;

  @BeforeEach
  void writeDefinitions() throws Exception {
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

  /** Every declaration with options has an undefined option, and usually a second, defined one. */
  @Test
  void undefinedOptionsAreLeftOutInEveryPosition() throws Exception {
    CompiledSources compiled =
        compile(
            """
            syntax = "proto2";
            package city;
            import "gone/options.proto";
            import "have.proto";
            option (gone.file) = "a \\" ; ] b";
            option (gone.file2).x.(y.z) = { a: 1, b { c: "}" } d: [1, 2] };
            option java_package = "x"; option (have.number) = 7;
            message City {
              option (.gone.message) = true; option deprecated = true;
              optional uint64 id = 1 [json_name = "ID", (gone.a) = "id", (gone.b) = {x: [1]}];
              optional string name = 2 [(gone.a) = "n", deprecated = true, (have.text) = "t"];
              repeated string all = 3 [(gone.a) = "n"];
              map<string, string> map = 4 [(gone.a) = ']'];
              oneof kind {
                option (gone.oneof) = -1;
                string text = 5 [(gone.a) = "n"];
                group Group = 6 [(gone.g) = A] { optional int32 in = 1 [(gone.in) = 1e-5]; }
              }
              extensions 100 to 200 [(gone.range) = 3];
              extensions 300 [(gone.range) = 3, verification = UNVERIFIED];
              message Inner { option (gone.inner) = 1; }
              extend City { optional int32 nested = 101 [(gone.a) = "e"]; }
            }
            enum Color { option (gone.enum) = 1; option allow_alias = true;
              RED = 0 [(gone.value) = 1]; BLUE = 0 [deprecated = true, (gone.value) = 1]; }
            service Cities {
              option (gone.service) = 1;
              rpc Get(City) returns (stream City) { option (gone.rpc) = 1; option deprecated = true; }
              rpc Put(City) returns (City);
            }
            extend City { optional int32 top = 100 [(gone.a) = "e"]; }
            """);
    FileDescriptorProto file = file(compiled);
    assertThat(compiled.leftOut().get("main.proto"))
        .containsExactly(
            "(.gone.message)",
            "(gone.a)",
            "(gone.b)",
            "(gone.enum)",
            "(gone.file)",
            "(gone.file2).x.(y.z)",
            "(gone.g)",
            "(gone.in)",
            "(gone.inner)",
            "(gone.oneof)",
            "(gone.range)",
            "(gone.rpc)",
            "(gone.service)",
            "(gone.value)");
    assertThat(file.getDependencyList()).containsExactly("have.proto");
    assertThat(file.getOptions().getJavaPackage()).isEqualTo("x");
    assertThat(file.getOptions().getUnknownFields().getField(5001).getVarintList())
        .containsExactly(7L);
    DescriptorProto city = file.getMessageType(0);
    assertThat(city.getOptions().getDeprecated()).isTrue();
    assertThat(city.getField(0).getJsonName()).isEqualTo("ID");
    assertThat(city.getField(1).getOptions().getDeprecated()).isTrue();
    assertThat(city.getField(1).getOptions().getUnknownFields().hasField(5000)).isTrue();
    assertThat(city.getFieldList())
        .extracting(FieldDescriptorProto::getName)
        .containsExactly("id", "name", "all", "map", "text", "group");
    assertThat(city.getExtensionRangeCount()).isEqualTo(2);
    assertThat(file.getEnumType(0).getValue(1).getOptions().getDeprecated()).isTrue();
    assertThat(file.getService(0).getMethod(0).getOptions().getDeprecated()).isTrue();
    assertThat(file.getExtension(0).getNumber()).isEqualTo(100);
  }

  @Test
  void extensionsAndTypesAreLeftOutOfValues() throws Exception {
    CompiledSources compiled =
        compile(
            """
            syntax = "proto3";
            package city;
            import "have.proto";
            option (have.value) = {
              a: 1 [gone.ext]: -3,
              [gone.text]: "a" 'b' any { [type.googleapis.com/gone.Thing] <a: <b: 1>> }
              sub { known: 2 }
            };
            """);
    assertThat(compiled.leftOut().get("main.proto"))
        .containsExactly(
            "(have.value) [gone.ext]",
            "(have.value) [gone.text]",
            "(have.value) [type.googleapis.com/gone.Thing]");
    assertThat(
            file(compiled).getOptions().getUnknownFields().getField(5000).getLengthDelimitedList())
        .singleElement()
        .satisfies(value -> assertThat(value.toByteArray()).containsSubsequence(8, 1, 18, 2, 8, 2));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(have.value).sub.(gone.ext) = 1",
        "(have.value).(gone.ext) = 3",
        "(have.type) = RED",
        "(have.type).field = 1",
        "(have.type) = { a: 1 }",
      })
  void undefinedPartsOfOptionsAreLeftOut(String option) throws Exception {
    CompiledSources compiled =
        compile("syntax = 'proto2'; import 'have.proto'; option %s;".formatted(option));
    assertThat(compiled.leftOut().get("main.proto"))
        .containsExactly(option.substring(0, option.indexOf(" =")));
  }

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
        """
        edition = "2023";
        import "google/protobuf/go_features.proto";
        option features.(pb.go).api_level = API_OPAQUE;
        option features.field_presence = IMPLICIT;
        message M { string a = 1 [features.(pb.cpp).string_type = VIEW]; gone.T t = 2; }
        """,
        """
        edition = "2023";
        option features = { field_presence: IMPLICIT [pb.go] { api_level: API_OPAQUE } };
        message M { string a = 1 [features.(pb.cpp).string_type = VIEW]; }
        """,
        """
        edition = "2024";
        import option "gone/options.proto";
        option features.field_presence = IMPLICIT;
        message M { option (gone.a) = 1; string a = 1 [features.(pb.cpp).string_type = VIEW]; }
        """,
      })
  void editionsKeepDefinedFeatures(String text) throws Exception {
    CompiledSources compiled = compile(text);
    FileDescriptorProto file = file(compiled);
    assertThat(file.getOptions().getFeatures().getFieldPresence()).hasToString("IMPLICIT");
    assertThat(file.getOptionDependencyList()).isEmpty();
    assertThat(compiled.leftOut().toString()).contains("pb.cpp");
  }

  /**
   * The source has tabs, carriage returns, multi-byte characters, and comments before an option.
   */
  @Test
  void positionsAndCommentsStay() throws Exception {
    CompiledSources compiled =
        compile(
            "syntax = \"proto3\";\r\n"
                + "// é\r\n"
                + "message M {\r\n"
                + "\t// enables x\r\n"
                + "\toption (gone.a) = 1; // gone\r\n"
                + "  // of b\r\n"
                + "\tstring b = 1 /* é */\t[(have.value).(gone.b) = 'é', deprecated = true]; //"
                + " behind b\r\n"
                + "}\r\n",
            source("main2.proto", "syntax = 'proto3'; import 'have.proto';"));
    List<Location> locations = file(compiled).getSourceCodeInfo().getLocationList();
    assertThat(locations)
        .filteredOn(location -> location.getPathList().equals(List.of(4, 0)))
        .singleElement()
        .satisfies(location -> assertThat(location.getLeadingComments()).isEqualTo(" é\r\n"))
        .satisfies(location -> assertThat(location.getTrailingComments()).isEmpty());
    assertThat(locations)
        .filteredOn(location -> location.getPathList().equals(List.of(4, 0, 2, 0)))
        .singleElement()
        .satisfies(location -> assertThat(location.getLeadingComments()).isEqualTo(" of b\r\n"))
        .satisfies(
            location -> assertThat(location.getTrailingComments()).isEqualTo(" behind b\r\n"))
        .satisfies(location -> assertThat(location.getSpan(0)).isEqualTo(6));
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

  private CompiledSources compile(String text, String... others) throws Exception {
    source("main.proto", text);
    return compile(Stream.concat(Stream.of("main.proto"), Arrays.stream(others)).toList());
  }

  private CompiledSources compile(List<String> names) throws Exception {
    CompiledSources compiled =
        new NamedSources(names, List.of(), folder, SourceWords.CONFIGURATION).compile(protoc);
    assertThat(compiled.files()).extracting(FileDescriptorProto::getName).doesNotHaveDuplicates();
    assertThat(compiled.files())
        .noneMatch(file -> Set.of("grpcos", "gone").contains(file.getName().split("/", -1)[0]));
    return compiled;
  }

  private static FileDescriptorProto file(CompiledSources compiled) {
    return compiled.files().stream()
        .filter(file -> file.getName().equals("main.proto"))
        .findFirst()
        .orElseThrow();
  }

  private String source(String name, String text) throws Exception {
    Files.createDirectories(folder.resolve(name).getParent());
    Files.writeString(folder.resolve(name), text);
    return name;
  }
}
