package dev.grpcos.gateway.schema;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.SourceCodeInfo.Location;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests sources with missing imports. */
final class TolerantCompilationTest extends CompilationFixture {
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
}
