package dev.grpcos.cli.schema;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import org.junit.jupiter.api.Test;

final class JsonNameDefaultsTest {
  /** protobuf's own descriptors derive the same names. */
  @Test
  void namesAreThoseThatProtobufDerives() throws Exception {
    DescriptorProto.Builder message = DescriptorProto.newBuilder().setName("M");
    int number = 0;
    for (String name : new String[] {"a", "foo_bar", "_x", "x_", "a__b", "A_b", "a_1b", "a_B"}) {
      message.addField(
          FieldDescriptorProto.newBuilder()
              .setName(name)
              .setNumber(++number)
              .setType(FieldDescriptorProto.Type.TYPE_BOOL)
              .setLabel(FieldDescriptorProto.Label.LABEL_OPTIONAL));
    }
    FileDescriptorProto file =
        FileDescriptorProto.newBuilder()
            .setName("m.proto")
            .addMessageType(
                DescriptorProto.newBuilder().setName("Outer").addNestedType(message.build()))
            .build();
    FileDescriptor linked = FileDescriptor.buildFrom(file, new FileDescriptor[0]);

    assertThat(
            JsonNameDefaults.addTo(file).getMessageType(0).getNestedType(0).getFieldList().stream()
                .map(FieldDescriptorProto::getJsonName))
        .containsExactlyElementsOf(
            linked.getMessageTypes().get(0).getNestedTypes().get(0).getFields().stream()
                .map(FieldDescriptor::getJsonName)
                .toList());
  }

  @Test
  void namesOfTheSourceStay() {
    FileDescriptorProto file =
        FileDescriptorProto.newBuilder()
            .addMessageType(
                DescriptorProto.newBuilder()
                    .addField(
                        FieldDescriptorProto.newBuilder().setName("a_b").setJsonName("other")))
            .build();

    assertThat(JsonNameDefaults.addTo(file)).isEqualTo(file);
  }
}
