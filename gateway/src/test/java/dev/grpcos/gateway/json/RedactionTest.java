package dev.grpcos.gateway.json;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumValueDescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumValueOptions;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Label;
import com.google.protobuf.DescriptorProtos.FieldOptions;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.MessageOptions;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RedactionTest {
  private static final String SECRET = "not-to-be-shown";

  private static FieldDescriptorProto field(
      String name, int number, FieldDescriptorProto.Type type, boolean secret, String typeName) {
    FieldDescriptorProto.Builder field =
        FieldDescriptorProto.newBuilder()
            .setName(name)
            .setNumber(number)
            .setType(type)
            .setLabel(name.endsWith("s") ? Label.LABEL_REPEATED : Label.LABEL_OPTIONAL);
    if (secret) {
      field.setOptions(FieldOptions.newBuilder().setDebugRedact(true));
    }
    return typeName.isEmpty() ? field.build() : field.setTypeName(typeName).build();
  }

  private static Descriptor type() throws Exception {
    EnumDescriptorProto kind =
        EnumDescriptorProto.newBuilder()
            .setName("Kind")
            .addValue(EnumValueDescriptorProto.newBuilder().setName("OPEN").setNumber(0))
            .addValue(
                EnumValueDescriptorProto.newBuilder()
                    .setName("CLOSED")
                    .setNumber(1)
                    .setOptions(EnumValueOptions.newBuilder().setDebugRedact(true)))
            .build();
    DescriptorProto message =
        DescriptorProto.newBuilder()
            .setName("M")
            .addField(field("name", 1, FieldDescriptorProto.Type.TYPE_STRING, false, ""))
            .addField(field("pin", 2, FieldDescriptorProto.Type.TYPE_STRING, true, ""))
            .addField(field("codes", 3, FieldDescriptorProto.Type.TYPE_STRING, true, ""))
            .addField(field("number", 4, FieldDescriptorProto.Type.TYPE_INT32, true, ""))
            .addField(field("blob", 5, FieldDescriptorProto.Type.TYPE_BYTES, true, ""))
            .addField(field("inner", 6, FieldDescriptorProto.Type.TYPE_MESSAGE, false, ".r.M"))
            .addField(field("hidden", 7, FieldDescriptorProto.Type.TYPE_MESSAGE, true, ".r.M"))
            .addField(field("kind", 8, FieldDescriptorProto.Type.TYPE_ENUM, false, ".r.Kind"))
            .addField(
                field("kinds", 9, FieldDescriptorProto.Type.TYPE_MESSAGE, false, ".r.M.KindsEntry"))
            .addNestedType(
                DescriptorProto.newBuilder()
                    .setName("KindsEntry")
                    .setOptions(MessageOptions.newBuilder().setMapEntry(true))
                    .addField(field("key", 1, FieldDescriptorProto.Type.TYPE_STRING, false, ""))
                    .addField(
                        field("value", 2, FieldDescriptorProto.Type.TYPE_ENUM, false, ".r.Kind")))
            .build();
    FileDescriptorProto file =
        FileDescriptorProto.newBuilder()
            .setName("r.proto")
            .setPackage("r")
            .setSyntax("proto3")
            .addMessageType(message)
            .addEnumType(kind)
            .build();
    return FileDescriptor.buildFrom(file, new FileDescriptor[0]).findMessageTypeByName("M");
  }

  private static final Types NONE =
      new Types() {
        @Override
        public @Nullable Descriptor message(String fullName) {
          return null;
        }

        @Override
        public @Nullable FieldDescriptor extension(Descriptor containing, String fullName) {
          return null;
        }

        @Override
        public @Nullable FieldDescriptor extension(Descriptor containing, int number) {
          return null;
        }
      };

  @Test
  void fieldsThatTheSchemaMarksAreNotWritten() throws Exception {
    Descriptor type = type();
    DynamicMessage inner =
        DynamicMessage.newBuilder(type)
            .setField(type.findFieldByName("name"), "b")
            .setField(type.findFieldByName("pin"), SECRET)
            .build();
    FieldDescriptor kinds = type.findFieldByName("kinds");
    DynamicMessage closed =
        DynamicMessage.newBuilder(kinds.getMessageType())
            .setField(kinds.getMessageType().findFieldByNumber(1), "k")
            .setField(
                kinds.getMessageType().findFieldByNumber(2),
                type.findFieldByName("kind").getEnumType().findValueByNumber(1))
            .build();
    DynamicMessage message =
        DynamicMessage.newBuilder(type)
            .addRepeatedField(kinds, closed)
            .setField(type.findFieldByName("name"), "a")
            .setField(type.findFieldByName("pin"), SECRET)
            .addRepeatedField(type.findFieldByName("codes"), SECRET)
            .addRepeatedField(type.findFieldByName("codes"), SECRET)
            .setField(type.findFieldByName("number"), 4711)
            .setField(type.findFieldByName("blob"), ByteString.copyFromUtf8(SECRET))
            .setField(type.findFieldByName("inner"), inner)
            .setField(type.findFieldByName("hidden"), inner)
            .setField(
                type.findFieldByName("kind"),
                type.findFieldByName("kind").getEnumType().findValueByNumber(1))
            .build();
    String json = ResponseWriter.redacting(NONE).toJson(message);
    assertThat(json)
        .isEqualTo(
            "{\"name\":\"a\",\"pin\":\"(not shown)\",\"codes\":[\"(not shown)\",\"(not shown)\"],"
                + "\"inner\":{\"name\":\"b\",\"pin\":\"(not shown)\"}}");
    assertThat(new ResponseWriter(NONE, JsonStyle.COMPACT).toJson(message)).contains(SECRET);
  }
}
