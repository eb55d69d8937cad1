package dev.grpcos.cli.grpcurl;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import dev.grpcos.cli.grpcurl.GrpcurlJsonValue.JsonElements;
import dev.grpcos.cli.grpcurl.GrpcurlJsonValue.JsonLeaf;
import dev.grpcos.cli.grpcurl.GrpcurlJsonValue.JsonMembers;
import dev.grpcos.gateway.json.Extensions;
import dev.grpcos.gateway.json.JsonStyle;
import dev.grpcos.gateway.json.NumberText;
import dev.grpcos.gateway.json.ResponseWriter;
import dev.grpcos.gateway.json.Types;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Messages as JSON in the form of grpcurl, which is that of Go's {@code jsonpb}: fields by number,
 * map entries by key, and a {@code FieldMask} as an object. The members of an {@code Any} are
 * sorted. Messages that have no JSON are printed as the other commands do.
 */
final class GrpcurlJson implements GrpcurlFormat {
  private static final Comparator<FieldDescriptor> BY_NUMBER =
      Comparator.comparingInt(FieldDescriptor::getNumber);

  private static final String PACKAGE = "google.protobuf.";

  /** The types whose form is a member of an Any of its own. */
  private static final Set<String> WELL_KNOWN =
      Stream.of(
              "Any",
              "BoolValue",
              "BytesValue",
              "DoubleValue",
              "Duration",
              "Empty",
              "FloatValue",
              "Int32Value",
              "Int64Value",
              "ListValue",
              "StringValue",
              "Struct",
              "Timestamp",
              "UInt32Value",
              "UInt64Value",
              "Value")
          .map(PACKAGE::concat)
          .collect(Collectors.toUnmodifiableSet());

  private static final JsonLeaf NULL = new JsonLeaf("null");

  private final Types types;
  private final boolean emitDefaults;
  private final ResponseWriter others;

  /** Creates a writer. {@code types} resolves extensions and the contents of an Any. */
  GrpcurlJson(Types types, boolean emitDefaults) {
    this.types = types;
    this.emitDefaults = emitDefaults;
    this.others = new ResponseWriter(types, JsonStyle.COMPACT);
  }

  @Override
  public String of(Message message) {
    return message(Extensions.namedThroughout(message, types)).text();
  }

  /** Returns the message on one line. */
  String line(Message message) {
    return message(Extensions.namedThroughout(message, types)).line();
  }

  private GrpcurlJsonValue message(Message message) {
    Descriptor type = message.getDescriptorForType();
    FieldDescriptor first = type.findFieldByNumber(1);
    if (!WELL_KNOWN.contains(type.getFullName())) {
      return new JsonMembers(fields(message));
    }
    return switch (type.getName()) {
      case "Any" -> any(message);
      case "Timestamp", "Duration" -> special(message);
      case "Value" -> value(message);
      case "Empty" -> new JsonMembers(Map.of());
      // Go has no value for no bytes.
      case "BytesValue" -> message.getAllFields().isEmpty() ? NULL : field(message, first, true);
      default -> field(message, first, true);
    };
  }

  /** Returns the string form, or {@code {"@value":…}} if there is none. */
  private GrpcurlJsonValue special(Message message) {
    String text = others.toJson(message);
    return text.startsWith("{") ? bytes(message.toByteString()) : new JsonLeaf(text);
  }

  private static JsonMembers bytes(ByteString bytes) {
    return new JsonMembers(Map.of("@value", base64(bytes)));
  }

  private static JsonLeaf base64(ByteString bytes) {
    return GrpcurlJsonValue.string(Base64.getEncoder().encodeToString(bytes.toByteArray()));
  }

  private GrpcurlJsonValue value(Message value) {
    for (Map.Entry<FieldDescriptor, Object> field : value.getAllFields().entrySet()) {
      return single(field.getKey(), field.getValue(), true);
    }
    return bytes(value.toByteString());
  }

  private Map<String, GrpcurlJsonValue> fields(Message message) {
    Map<FieldDescriptor, Object> given = new TreeMap<>(BY_NUMBER);
    given.putAll(message.getAllFields());
    if (emitDefaults) {
      for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
        if (field.getContainingOneof() == null) {
          given.putIfAbsent(field, message.getField(field));
        }
      }
    }
    Map<String, GrpcurlJsonValue> members = new LinkedHashMap<>();
    for (FieldDescriptor field : given.keySet()) {
      boolean absent =
          !field.isRepeated()
              && field.getJavaType() == FieldDescriptor.JavaType.MESSAGE
              && !message.hasField(field);
      members.put(name(field), absent ? NULL : field(message, field, false));
    }
    return members;
  }

  private static String name(FieldDescriptor field) {
    if (!field.isExtension()) {
      return jsonName(field);
    }
    Descriptor scope = field.getExtensionScope();
    String prefix = scope == null ? field.getFile().getPackage() : scope.getFullName();
    return "[" + (prefix.isEmpty() ? "" : prefix + ".") + jsonName(field) + "]";
  }

  /** Returns the name in the descriptor, which servers in Java leave out. */
  private static String jsonName(FieldDescriptor field) {
    String name = field.toProto().getJsonName();
    return name.isEmpty() ? field.getName() : name;
  }

  /**
   * Returns the value of a field.
   *
   * @param wellKnown whether the message is one of the well-known types, whose numbers have another
   *     format
   */
  private GrpcurlJsonValue field(Message message, FieldDescriptor field, boolean wellKnown) {
    Object value = message.getField(field);
    if (!field.isRepeated()) {
      return single(field, value, wellKnown);
    }
    if (field.isMapField()) {
      return map(field, (List<?>) value);
    }
    List<GrpcurlJsonValue> elements = new ArrayList<>();
    for (Object element : (List<?>) value) {
      elements.add(single(field, element, wellKnown));
    }
    return new JsonElements(elements);
  }

  private GrpcurlJsonValue map(FieldDescriptor field, List<?> entries) {
    FieldDescriptor keys = field.getMessageType().findFieldByNumber(1);
    FieldDescriptor values = field.getMessageType().findFieldByNumber(2);
    Map<String, GrpcurlJsonValue> members = new LinkedHashMap<>();
    for (Message entry : MapEntryOrder.sorted(keys, entries)) {
      members.put(
          MapEntryOrder.text(keys, entry.getField(keys)),
          single(values, entry.getField(values), false));
    }
    return new JsonMembers(members);
  }

  private GrpcurlJsonValue single(FieldDescriptor field, Object value, boolean wellKnown) {
    return switch (field.getType()) {
      case INT32, SINT32, SFIXED32 -> new JsonLeaf(Integer.toString((Integer) value));
      case UINT32, FIXED32 -> new JsonLeaf(Integer.toUnsignedString((Integer) value));
      case INT64, SINT64, SFIXED64 -> GrpcurlJsonValue.string(Long.toString((Long) value));
      case UINT64, FIXED64 -> GrpcurlJsonValue.string(Long.toUnsignedString((Long) value));
      case BOOL -> new JsonLeaf(value.toString());
      case FLOAT -> floating((Float) value, wellKnown);
      case DOUBLE -> floating((Double) value, wellKnown);
      case STRING -> GrpcurlJsonValue.string((String) value);
      case BYTES -> base64((ByteString) value);
      case ENUM -> enumerated((EnumValueDescriptor) value, wellKnown);
      case MESSAGE, GROUP -> message((Message) value);
    };
  }

  private static JsonLeaf floating(float number, boolean wellKnown) {
    if (!Float.isFinite(number)) {
      return GrpcurlJsonValue.string(Float.toString(number));
    }
    return new JsonLeaf(wellKnown ? NumberText.of(number) : GoNumbers.shortest(number));
  }

  private static JsonLeaf floating(double number, boolean wellKnown) {
    if (!Double.isFinite(number)) {
      return GrpcurlJsonValue.string(Double.toString(number));
    }
    return new JsonLeaf(wellKnown ? NumberText.of(number) : GoNumbers.shortest(number));
  }

  private static JsonLeaf enumerated(EnumValueDescriptor value, boolean wellKnown) {
    if (wellKnown) {
      return NULL; // google.protobuf.NullValue
    }
    return value.getIndex() < 0 // not in the schema
        ? new JsonLeaf(Integer.toString(value.getNumber()))
        : GrpcurlJsonValue.string(value.getName());
  }

  private GrpcurlJsonValue any(Message any) {
    String url = (String) any.getField(any.getDescriptorForType().findFieldByNumber(1));
    ByteString bytes = (ByteString) any.getField(any.getDescriptorForType().findFieldByNumber(2));
    String name = url.substring(url.lastIndexOf('/') + 1);
    Descriptor type = types.message(name);
    GrpcurlJsonValue content = null;
    if (type != null) {
      try {
        content = message(Extensions.namedThroughout(DynamicMessage.parseFrom(type, bytes), types));
      } catch (InvalidProtocolBufferException e) {
        content = null; // printed as bytes
      }
    }
    Map<String, GrpcurlJsonValue> members = new TreeMap<>();
    if (content == null) {
      members.put(
          "@error",
          GrpcurlJsonValue.string(
              name + " is not recognized; see @value for raw binary message data"));
      members.put("@value", base64(bytes));
    } else if (content instanceof JsonMembers fields && !WELL_KNOWN.contains(name)) {
      members.putAll(fields.values());
    } else {
      members.put("value", content);
    }
    members.put("@type", GrpcurlJsonValue.string(url));
    return new JsonMembers(members);
  }
}
