package dev.grpcos.cli.describe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import dev.grpcos.gateway.json.EncodedFields;
import dev.grpcos.gateway.json.Position;
import dev.grpcos.gateway.json.WellKnown;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RequestTemplateTest {
  @TempDir Path folder;

  private static String plain(Descriptor message) {
    return RequestTemplate.of(message, EncodedFields.NONE, TemplateForm.JSON);
  }

  private static String choosing(Descriptor message, String oneof, String field) {
    return RequestTemplate.of(
        message, EncodedFields.NONE, new TemplateForm(false, false, Map.of(oneof, field)));
  }

  private static String commented(Descriptor message) {
    return RequestTemplate.of(message, EncodedFields.NONE, new TemplateForm(false, true, Map.of()));
  }

  private Descriptor tough(String file, String message) throws Exception {
    FileDescriptor linked = TestFiles.tough(folder, "--include_source_info").get(file);
    return message(Objects.requireNonNull(linked), message);
  }

  @Test
  void fieldsThatCanBeUnsetAreNullOrEmpty() throws Exception {
    assertThat(plain(tough("options.proto", "Rule")))
        .isEqualTo(
            """
            {
              "get": null,
              "more": [],
              "weights": {},
              "any": null,
              "raw": null,
              "ratio": null,
              "level": null,
              "deep": {
                "down": null
              }
            }\
            """);
  }

  @Test
  void commentsShowWhatCanBeFilledIn() throws Exception {
    assertThat(commented(tough("options.proto", "Rule")))
        .isEqualTo(
            """
            {
              "get": null,  // optional: string
              "more": [
                // {},
              ],
              "weights": {},  // a map from string to sint64
              "any": null,  // optional: an object with "@type"
              "raw": null,  // optional: bytes in base64
              "ratio": null,  // optional: double
              "level": null,  // optional: LOW | HIGH
              "deep": {
                "down": null  // optional: int32
              }
            }\
            """);
    assertThat(commented(tough("proto3.proto", "Three")))
        .isEqualTo(
            """
            {
              "maybe": null,  // optional: int32
              "name": "",
              // One of one:
              // "x": 0,
              // "y": null,  // any JSON value
              "self": null,  // optional: tough.three.Three
              "unpacked": [],  // a list of int32
              "trees": {
                // "false": {},
              },
              "message": "",
              "option": "",
              // One of two:
              // "z": "",  // bytes in base64
              "scoped": {},
              "empty": "NONE"  // NONE
            }\
            """);
  }

  @Test
  void oneofIsLeftOutUnlessAFieldIsChosen() throws Exception {
    Descriptor three = tough("proto3.proto", "Three");
    assertThat(plain(three)).doesNotContain("\"x\"", "\"y\"", "\"z\"");
    assertThat(choosing(three, "one", "x")).contains("\"x\": 0,").doesNotContain("\"y\"");
    assertThat(choosing(three, "tough.three.Three.two", "z")).contains("\"z\": \"\",");
    assertThatThrownBy(() -> choosing(three, "three", "x"))
        .hasMessage("no oneof 'three' in the template: it has one, two");
    assertThatThrownBy(() -> choosing(three, "one", "z"))
        .hasMessage("the oneof one has no field 'z': it has x, y");
  }

  @Test
  void everyTemplateSetsNothingButEmptyMessages() throws Exception {
    Map<String, FileDescriptor> files = TestFiles.tough(folder);
    files.putAll(TestFiles.services());
    for (FileDescriptor file : files.values()) {
      for (Descriptor message : file.getMessageTypes()) {
        if (!WellKnown.of(message).hasOwnForm()) {
          DynamicMessage.Builder parsed = DynamicMessage.newBuilder(message);
          JsonFormat.parser().merge(plain(message), parsed);
          assertSetsNothing(parsed.buildPartial());
        }
      }
    }
  }

  private static void assertSetsNothing(Message message) {
    message
        .getAllFields()
        .forEach(
            (field, value) -> {
              if (field.isRequired()) {
                return;
              }
              assertThat(field.getJavaType()).as(field.getFullName()).isEqualTo(JavaType.MESSAGE);
              assertThat(field.isRepeated()).as(field.getFullName()).isFalse();
              assertThat(field.getRealContainingOneof()).as(field.getFullName()).isNull();
              assertSetsNothing((Message) value);
            });
  }

  @Test
  void bytesWithDeclaredContentAreItsFields() throws Exception {
    Descriptor rule = tough("options.proto", "Rule");
    EncodedFields encoded = new EncodedFields();
    encoded.add(
        Position.in("here"),
        rule,
        "raw",
        TestFiles.NO_TYPES,
        tough("proto3.proto", "Three"),
        () -> {});
    assertThat(RequestTemplate.of(rule, encoded, TemplateForm.JSON))
        .contains("\"raw\": {\n    \"maybe\": null,");
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

    String template = plain(message(linked, "M0"));

    JsonFormat.parser().merge(template, parsed);
    assertThat(template.length()).isLessThan(2_000_000);
  }

  private static Descriptor message(FileDescriptor file, String name) {
    return Objects.requireNonNull(file.findMessageTypeByName(name), name);
  }
}
