package dev.grpcos.cli.grpcurl;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Empty;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.ListValue;
import com.google.protobuf.Message;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Messages that show all their fields: one element in each list and map, and nested messages. */
final class GrpcurlTemplate {
  private final Set<Descriptor> path = new HashSet<>();

  private GrpcurlTemplate() {}

  static Message of(Descriptor type) {
    return new GrpcurlTemplate().message(type);
  }

  private Message message(Descriptor type) {
    Message sample = sample(type.getFullName());
    if (sample != null) {
      return as(type, sample);
    }
    DynamicMessage.Builder message = DynamicMessage.newBuilder(type);
    if (!path.add(type)) {
      return message.buildPartial(); // a recursive type
    }
    for (FieldDescriptor field : type.getFields()) {
      boolean nested = field.getJavaType() == FieldDescriptor.JavaType.MESSAGE;
      if (field.isRepeated()) {
        message.addRepeatedField(field, nested ? message(field.getMessageType()) : zero(field));
      } else if (nested) {
        message.setField(field, message(field.getMessageType()));
      }
    }
    path.remove(type);
    return message.buildPartial();
  }

  private static Object zero(FieldDescriptor field) {
    return switch (field.getJavaType()) {
      case INT -> 0;
      case LONG -> 0L;
      case FLOAT -> 0f;
      case DOUBLE -> 0d;
      case BOOLEAN -> false;
      case STRING -> "";
      case BYTE_STRING -> ByteString.EMPTY;
      case ENUM -> field.getEnumType().findValueByNumberCreatingIfUnknown(0);
      case MESSAGE -> throw new IllegalArgumentException(field.getFullName());
    };
  }

  private static @Nullable Message sample(String type) {
    return switch (type) {
      case "google.protobuf.Any" -> Any.pack(Empty.getDefaultInstance());
      case "google.protobuf.Value" ->
          Value.newBuilder().setStructValue(member(type, "supports arbitrary JSON")).build();
      case "google.protobuf.ListValue" ->
          ListValue.newBuilder()
              .addValues(
                  Value.newBuilder()
                      .setStructValue(member(type, "is an array of arbitrary JSON values")))
              .build();
      case "google.protobuf.Struct" -> member(type, "supports arbitrary JSON objects");
      default -> null;
    };
  }

  private static Struct member(String type, String text) {
    return Struct.newBuilder()
        .putFields(type, Value.newBuilder().setStringValue(text).build())
        .build();
  }

  /** Returns the message with the schema's own descriptor of its type. */
  private static Message as(Descriptor type, Message message) {
    try {
      return DynamicMessage.parseFrom(type, message.toByteString());
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(e); // the well-known types do not change
    }
  }
}
