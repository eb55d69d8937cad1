package dev.grpcos.gateway.reflection;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.SourceCodeInfo.Location;
import com.google.protobuf.TextFormat;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class NarrowedIndexTest {
  private static final DescriptorUnion ALL =
      union(
          file(
              """
              name: "shop.proto" package: "shop" dependency: "types.proto" dependency: "secret.proto"
              dependency: "options.proto" dependency: "gone.proto" public_dependency: 1
              message_type { name: "Hidden" }
              message_type { name: "Request"
                field { name: "money" number: 1 type: TYPE_MESSAGE type_name: ".types.Money" }
                nested_type { name: "Line"
                  field { name: "kind" number: 1 type: TYPE_ENUM type_name: ".shop.Kind" } } }
              message_type { name: "Reply" }
              message_type { name: "SecretRequest"
                field { name: "key" number: 1 type: TYPE_MESSAGE type_name: ".secret.Key" } }
              enum_type { name: "Color" value { name: "RED" number: 0 } }
              enum_type { name: "Kind" value { name: "NONE" number: 0 } }
              service { name: "Shop"
                method { name: "Delete" input_type: ".shop.SecretRequest" output_type: ".shop.Reply" }
                method { name: "Get" input_type: "Request" output_type: ".shop.Reply" } }
              service { name: "Other"
                method { name: "Run" input_type: ".shop.Reply" output_type: ".shop.Reply" } }
              source_code_info {
                location { path: [4, 0] leading_comments: "Hidden" }
                location { path: [4, 1, 2, 0] leading_comments: "money" }
                location { path: [6, 0, 2, 0] leading_comments: "Delete" }
                location { path: [6, 0, 2, 1] leading_comments: "Get" }
                location { path: [6, 1] leading_comments: "Other" } }
              """),
          file(
              """
              name: "types.proto" package: "types"
              message_type { name: "Money" extension_range { start: 100 end: 200 } }
              message_type { name: "Unused" }
              extension { name: "note" number: 100 type: TYPE_STRING extendee: ".types.Money" }
              """),
          file("name: 'secret.proto' package: 'secret' message_type { name: 'Key' }"),
          file(
              """
              name: "options.proto" package: "options" dependency: "google/protobuf/descriptor.proto"
              extension { name: "audit" number: 5000 type: TYPE_STRING
                          extendee: ".google.protobuf.MethodOptions" }
              """));

  private final DescriptorUnion shown = ALL.narrowed("shop.Shop/Get"::equals, "shop.Shop"::equals);

  private static FileDescriptorProto file(String text) {
    try {
      return TextFormat.parse(text, FileDescriptorProto.class);
    } catch (TextFormat.ParseException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static DescriptorUnion union(FileDescriptorProto... files) {
    DescriptorIndex index = new DescriptorIndex(List.of(files));
    TreeMap<String, DescriptorIndex> owners = new TreeMap<>();
    owners.put("shop.Shop", index);
    owners.put("shop.Other", index);
    return DescriptorUnion.of(owners);
  }

  private DescriptorUnion.@Nullable Found symbol(String name) {
    return shown.declaring(name);
  }

  private FileDescriptorProto shown(String file) throws Exception {
    return FileDescriptorProto.parseFrom(Objects.requireNonNull(shown.file(file)).file().bytes());
  }

  @Test
  void onlyTheServicesWithNeededMethodsAreListed() {
    assertThat(shown.services()).containsExactly("shop.Shop");
    assertThat(shown.methods()).containsExactly("shop.Shop/Get");
    assertThat(ALL.methods())
        .containsExactly("shop.Other/Run", "shop.Shop/Delete", "shop.Shop/Get");
  }

  @Test
  void otherSymbolsAreUnknown() {
    for (String name :
        List.of(
            "shop.Other",
            "shop.Other.Run",
            "shop.Shop.Delete",
            "shop.SecretRequest",
            "shop.Hidden",
            "shop.Color",
            "types.Unused",
            "secret.Key")) {
      assertThat(symbol(name)).as(name).isNull();
    }
    assertThat(shown.file("secret.proto")).isNull();
  }

  @Test
  void theTypesOfTheMethodsAreKeptWithTheirExtensions() {
    for (String name :
        List.of(
            "shop.Shop.Get",
            "shop.Request.Line",
            "shop.Reply",
            "shop.Kind",
            "types.Money",
            "types.note")) {
      assertThat(symbol(name)).as(name).isNotNull();
    }
    assertThat(shown.extensionNumbers("types.Money")).containsExactly(100);
  }

  @Test
  void importsAreThoseThatTheFileStillNeeds() throws Exception {
    FileDescriptorProto file = shown("shop.proto");

    assertThat(file.getDependencyList())
        .containsExactly("types.proto", "options.proto", "gone.proto");
    assertThat(file.getPublicDependencyCount()).isZero();
    assertThat(shown("options.proto").getExtensionCount()).isEqualTo(1);
  }

  @Test
  void commentsStayWithTheirDeclarations() throws Exception {
    assertThat(shown("shop.proto").getSourceCodeInfo().getLocationList())
        .extracting(Location::getLeadingComments)
        .containsExactly("money", "Get");
    assertThat(shown("shop.proto").getSourceCodeInfo().getLocationList())
        .extracting(Location::getPathList)
        .containsExactly(List.of(4, 0, 2, 0), List.of(6, 0, 2, 0));
  }

  @Test
  void aServiceWithoutNeededMethodsIsLeftOut() {
    assertThat(ALL.narrowed(method -> false, service -> true).services()).isEmpty();
  }
}
