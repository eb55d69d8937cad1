package dev.grpcos.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.DescriptorProtos.SourceCodeInfo.Location;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import dev.grpcos.proto.config.v1.Bounds;
import dev.grpcos.proto.config.v1.BoundsProto;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Checks that the manual's list of configuration keys equals the comments and bounds of {@code
 * config.proto}. With {@code -Dreadme.update=true} it writes the list.
 */
class ConfigDocumentationTest {
  private static final Path PAGE = Path.of("../cli/src/main/man/grpcos-gateway.yaml.5.md");
  private static final String BEGIN = "<!-- from config.proto, by ConfigDocumentationTest -->\n";
  private static final String END = "<!-- end of config.proto -->\n";
  private static final String FILE = "grpcos/config/v1/config.proto";
  private static final List<String> SCALAR_MESSAGES =
      List.of(
          "google.protobuf.Duration", "grpcos.config.v1.ByteSize", "grpcos.config.v1.Percentage");

  /** The comments by their location paths in the descriptor. */
  private static Map<List<Integer>, String> comments = Map.of();

  @BeforeAll
  static void readComments() throws Exception {
    try (InputStream in =
        ConfigDocumentationTest.class.getResourceAsStream("/dev/grpcos/proto/descriptors.binpb")) {
      FileDescriptorProto file =
          FileDescriptorSet.parseFrom(Objects.requireNonNull(in, "descriptors"))
              .getFileList()
              .stream()
              .filter(each -> each.getName().equals(FILE))
              .findFirst()
              .orElseThrow();
      comments =
          file.getSourceCodeInfo().getLocationList().stream()
              .filter(Location::hasLeadingComments)
              .collect(
                  Collectors.toMap(
                      Location::getPathList,
                      each -> each.getLeadingComments().strip().replaceAll("\\s+", " ")));
    }
  }

  private static String comment(Integer... path) {
    String comment = comments.get(List.of(path));
    assertThat(comment).as("comment at %s of %s", List.of(path), FILE).isNotNull();
    return String.valueOf(comment);
  }

  @Test
  void keysOfTheManualEqualTheProtoComments() throws Exception {
    String page = Files.readString(PAGE);
    int begin = page.indexOf(BEGIN) + BEGIN.length();
    int end = page.indexOf(END);
    assertThat(begin).as("%s in the page", BEGIN).isGreaterThan(BEGIN.length());
    String keys = keys();
    if (Boolean.getBoolean("readme.update")) {
      Files.writeString(PAGE, page.substring(0, begin) + keys + page.substring(end));
      return;
    }
    assertThat(page.substring(begin, end))
        .as("the keys in %s; -Dreadme.update=true writes them", PAGE)
        .isEqualTo(keys);
  }

  @Test
  void everyDefaultAndBoundIsValid() {
    for (Descriptor type : types()) {
      for (FieldDescriptor field : type.getFields()) {
        Bounds bounds = bounds(field);
        for (String text : List.of(bounds.getDefault(), bounds.getLeast(), bounds.getMost())) {
          assertThat(text.isEmpty() || Scalar.of(field).orElseThrow().parse(text) != null)
              .as("%s of %s", text, field)
              .isTrue();
        }
      }
    }
  }

  private static List<Descriptor> types() {
    return dev.grpcos.proto.config.v1.GatewayConfig.getDescriptor()
        .getFile()
        .getMessageTypes()
        .stream()
        .filter(type -> !SCALAR_MESSAGES.contains(type.getFullName()))
        .toList();
  }

  private static String keys() {
    Descriptor root = types().get(0);
    Map<Descriptor, String> sections = new LinkedHashMap<>();
    findSections(root, "", sections);
    StringBuilder text = new StringBuilder();
    text.append('\n').append(comment(4, 0)).append('\n');
    list(root, "", sections, text);
    sections.forEach(
        (group, key) -> {
          text.append("\n### ").append(key).append("\n\n");
          text.append(comment(4, group.getIndex())).append('\n');
          list(group, key + ".", sections, text);
        });
    return text.append('\n').toString();
  }

  /** Adds a section for each group of keys below this type, at the first key that has it. */
  private static void findSections(
      Descriptor type, String prefix, Map<Descriptor, String> sections) {
    for (FieldDescriptor field : type.getFields()) {
      Descriptor group = group(field);
      if (group != null && !sections.containsKey(group)) {
        String key = key(field, prefix);
        sections.put(group, key);
        findSections(group, key + ".", sections);
      }
    }
  }

  private static String key(FieldDescriptor field, String prefix) {
    return prefix + field.getName() + (field.isMapField() ? ".NAME" : "");
  }

  private static @Nullable Descriptor group(FieldDescriptor field) {
    if (field.getJavaType() != FieldDescriptor.JavaType.MESSAGE) {
      return null;
    }
    FieldDescriptor value =
        field.isMapField() ? field.getMessageType().findFieldByNumber(2) : field;
    return value.getJavaType() != FieldDescriptor.JavaType.MESSAGE
            || SCALAR_MESSAGES.contains(value.getMessageType().getFullName())
        ? null
        : value.getMessageType();
  }

  private static void list(
      Descriptor type, String prefix, Map<Descriptor, String> sections, StringBuilder text) {
    text.append('\n');
    for (FieldDescriptor field : type.getFields()) {
      Bounds bounds = bounds(field);
      text.append("* **`").append(field.getName()).append("`**: ").append(value(field));
      Descriptor group = group(field);
      String section = group == null ? null : sections.get(group);
      if (section != null && !section.equals(key(field, prefix))) {
        text.append(" as in `").append(section).append('`');
      }
      if (!bounds.getLeast().isEmpty()) {
        text.append(", ").append(bounds.getLeast()).append(" to ").append(bounds.getMost());
      }
      if (bounds.getRequired()) {
        text.append(", required");
      } else if (!bounds.getDefault().isEmpty()) {
        text.append(", by default ").append(bounds.getDefault());
      }
      text.append(".\n  ").append(comment(4, type.getIndex(), 2, field.getIndex())).append('\n');
    }
  }

  private static String value(FieldDescriptor field) {
    Function<FieldDescriptor, String> one =
        each ->
            Scalar.of(each)
                .map(
                    scalar ->
                        switch (scalar) {
                          case TEXT -> "text";
                          case BOOLEAN -> "true or false";
                          case NUMBER -> "number";
                          case DURATION -> "duration";
                          case SIZE -> "size";
                          case PERCENTAGE -> "percentage";
                        })
                .orElse("keys");
    if (field.isMapField()) {
      FieldDescriptor value = field.getMessageType().findFieldByNumber(2);
      return "names with " + (group(field) == null ? one.apply(value) : "keys");
    }
    return field.isRepeated() ? "list of " + one.apply(field) : one.apply(field);
  }

  private static Bounds bounds(FieldDescriptor field) {
    return field.getOptions().getExtension(BoundsProto.bounds);
  }
}
