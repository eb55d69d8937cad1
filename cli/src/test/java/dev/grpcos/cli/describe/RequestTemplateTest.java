package dev.grpcos.cli.describe;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Empty;
import com.google.protobuf.TypeRegistry;
import com.google.protobuf.util.JsonFormat;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RequestTemplateTest {
  @TempDir Path folder;

  @Test
  void eachFieldHasAPlaceholderOfItsType() throws Exception {
    FileDescriptor file = TestFiles.tough(folder, "--include_source_info").get("options.proto");
    assertThat(RequestTemplate.of(message(Objects.requireNonNull(file), "Rule"), false))
        .isEqualTo(
            """
            {
              "get": "",
              "more": [
                {}
              ],
              "weights": {
                "": "0"
              },
              "any": {
                "@type": "type.googleapis.com/google.protobuf.Empty"
              },
              "raw": "",
              "ratio": 0,
              "level": "LOW",
              "deep": {
                "down": 0
              }
            }\
            """);
  }

  @Test
  void oneofIsRepresentedByItsFirstMember() throws Exception {
    FileDescriptor file = TestFiles.tough(folder).get("proto3.proto");
    assertThat(RequestTemplate.of(message(Objects.requireNonNull(file), "Three"), false))
        .contains("\"x\": 0", "\"maybe\": 0", "\"trees\": {\n    \"false\": {}\n  }")
        .doesNotContain("\"y\"");
  }

  @Test
  void everyTemplateParsesBack() throws Exception {
    Map<String, FileDescriptor> files = TestFiles.tough(folder);
    files.putAll(TestFiles.services());
    TypeRegistry types = TypeRegistry.newBuilder().add(Empty.getDescriptor()).build();
    JsonFormat.Parser parser = JsonFormat.parser().usingTypeRegistry(types);
    for (FileDescriptor file : files.values()) {
      for (Descriptor message : file.getMessageTypes()) {
        DynamicMessage.Builder parsed = DynamicMessage.newBuilder(message);
        parser.merge(RequestTemplate.of(message, false), parsed);
        for (FieldDescriptor field : message.getFields()) {
          boolean chosen =
              field.getRealContainingOneof() == null
                  || field.getRealContainingOneof().getFields().get(0).equals(field);
          if (field.hasPresence() && chosen && ownForm(message) && !leftOut(field)) {
            assertThat(parsed.hasField(field)).as(field.getFullName()).isTrue();
          }
        }
      }
    }
  }

  @Test
  void typesOfUnboundedSizeAreCut() throws Exception {
    FileDescriptorProto.Builder file = FileDescriptorProto.newBuilder().setName("wide.proto");
    for (int level = 0; level < 40; level++) {
      DescriptorProto.Builder message = file.addMessageTypeBuilder().setName("M" + level);
      for (int i = 1; level < 39 && i <= 2; i++) {
        message
            .addFieldBuilder()
            .setName("f" + i)
            .setNumber(i)
            .setLabel(FieldDescriptorProto.Label.LABEL_OPTIONAL)
            .setType(FieldDescriptorProto.Type.TYPE_MESSAGE)
            .setTypeName(".M" + (level + 1));
      }
    }
    FileDescriptor linked = FileDescriptor.buildFrom(file.build(), new FileDescriptor[0]);
    DynamicMessage.Builder parsed = DynamicMessage.newBuilder(message(linked, "M0"));

    String template = RequestTemplate.of(message(linked, "M0"), false);

    JsonFormat.parser().merge(template, parsed);
    assertThat(template.length()).isLessThan(2_000_000);
  }

  /** A recursive message for which {@code {}} is not valid. */
  private static boolean leftOut(FieldDescriptor field) {
    return field.getFullName().equals("tough.edition.Edition.delimited");
  }

  /**
   * Returns whether the JSON of the message is an object of its fields, unlike some well-known
   * types.
   */
  private static boolean ownForm(Descriptor message) {
    return !message.getFile().getName().matches("google/protobuf/(struct|wrappers|any).proto");
  }

  private static Descriptor message(FileDescriptor file, String name) {
    return Objects.requireNonNull(file.findMessageTypeByName(name), name);
  }
}
