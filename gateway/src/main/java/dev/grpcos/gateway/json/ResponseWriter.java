package dev.grpcos.gateway.json;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Writes messages as JSON, one value a message, in the mapping and the layout of {@code
 * JsonFormat}.
 *
 * <p>{@code JsonFormat} itself will not do: it throws on an {@code Any} whose type it does not know
 * or whose bytes are broken, where a response must be printed whatever is in it, and it escapes
 * {@code <} and its like. The tests hold this class to {@code JsonFormat}'s output in everything
 * else. Unknown fields are left out; extensions are named {@code [pkg.ext]}; an {@code Any} that
 * can't be opened is {@code {"@type":…,"@value":base64}}. A message of a type that the schema lacks
 * is {@code {"@value":base64}}, and so is one that JSON has no form for: a timestamp or duration
 * out of range, NaN in a {@code google.protobuf.Value}.
 *
 * <p>One array holds the text of one message, and it goes out in one write. Not thread-safe.
 */
public final class ResponseWriter {
  /** Anys inside Anys are opened as long as the JSON nests no deeper than the reader takes. */
  private static final int MAX_ANY_DEPTH = 100;

  private final Types types;
  private final JsonStyle style;
  private final JsonText out = new JsonText();
  private final Map<Descriptor, WellKnown> kinds = new HashMap<>();
  private final Map<FieldDescriptor, byte[]> names = new HashMap<>();
  private int depth;

  /** A writer that looks up in {@code types} what is in an Any. */
  public ResponseWriter(Types types, JsonStyle style) {
    this.types = types;
    this.style = style;
  }

  /**
   * Writes the message and a line feed, in one write.
   *
   * @throws IOException if the stream fails
   */
  public void write(Message message, OutputStream stream) throws IOException {
    print(message);
    out.put('\n');
    stream.write(out.array(), 0, out.length());
  }

  /** Hands the message to the sink, which writes to the stream. */
  public void write(Message message, JsonSink sink, OutputStream stream) throws IOException {
    print(message);
    sink.write(out, stream);
  }

  /** Adds the message to a text. */
  public void append(Message message, JsonText text) {
    print(message);
    text.put(out);
  }

  /** The message as text, without a line feed. */
  public String toJson(Message message) {
    print(message);
    return out.toString();
  }

  private void print(Message message) {
    out.clear();
    depth = 0;
    message(message);
  }

  private WellKnown kind(Descriptor type) {
    WellKnown kind = kinds.get(type);
    if (kind == null) {
      kind = WellKnown.of(type);
      kinds.put(type, kind);
    }
    return kind;
  }

  private void message(Message message) {
    Descriptor type = message.getDescriptorForType();
    WellKnown kind = kind(type);
    if (!kind.hasOwnForm()) {
      fields(message, null);
      return;
    }
    FieldDescriptor first = type.findFieldByNumber(1);
    switch (kind) {
      case ANY -> any(message, (String) message.getField(first));
      case UNKNOWN -> bytes(message);
      case TIMESTAMP, DURATION, FIELD_MASK -> {
        String text = StringForms.write(kind, message);
        if (text == null) {
          bytes(message);
        } else {
          out.quoted(text);
        }
      }
      case STRUCT -> map(first, (List<?>) message.getField(first));
      case LIST_VALUE -> repeated(first, (List<?>) message.getField(first));
      case VALUE -> value(message);
      default -> single(first, message.getField(first));
    }
  }

  private void value(Message value) {
    for (Map.Entry<FieldDescriptor, Object> field : value.getAllFields().entrySet()) {
      if (field.getValue() instanceof Double number && !Double.isFinite(number)) {
        bytes(value);
        return;
      }
      single(field.getKey(), field.getValue());
      return;
    }
    out.put("null");
  }

  private void any(Message any, String url) {
    ByteString bytes = (ByteString) any.getField(any.getDescriptorForType().findFieldByNumber(2));
    if (url.isEmpty() && bytes.isEmpty()) {
      out.put("{}");
      return;
    }
    Message content = depth < MAX_ANY_DEPTH ? open(url, bytes) : null;
    if (content != null && !kind(content.getDescriptorForType()).hasOwnForm()) {
      fields(content, url);
      return;
    }
    begin('{');
    typeUrl(url);
    out.put(',');
    newLine();
    if (content == null) {
      value(bytes);
    } else {
      key("\"value\"");
      message(content);
    }
    end('}', true);
  }

  /** A message that JSON has no form for, or whose type is not known. */
  private void bytes(Message message) {
    begin('{');
    newLine();
    value(message.toByteString());
    end('}', true);
  }

  private void value(ByteString bytes) {
    key("\"@value\"");
    base64(bytes);
  }

  /** What is in an Any; null where its type is not known or its bytes are not of it. */
  private @Nullable Message open(String url, ByteString bytes) {
    int slash = url.lastIndexOf('/');
    Descriptor type = slash < 0 ? null : types.message(url.substring(slash + 1));
    if (type == null) {
      return null;
    }
    try {
      return DynamicMessage.newBuilder(type).mergeFrom(bytes).buildPartial();
    } catch (InvalidProtocolBufferException e) {
      return null; // printed as the bytes that it is
    }
  }

  private void fields(Message message, @Nullable String typeUrl) {
    begin('{');
    boolean some = typeUrl != null;
    if (typeUrl != null) {
      typeUrl(typeUrl);
    }
    for (Map.Entry<FieldDescriptor, Object> entry : printed(message).entrySet()) {
      FieldDescriptor field = entry.getKey();
      if (some) {
        out.put(',');
      }
      some = true;
      newLine();
      out.put(name(field));
      if (field.isMapField()) {
        map(field, (List<?>) entry.getValue());
      } else if (field.isRepeated()) {
        repeated(field, (List<?>) entry.getValue());
      } else {
        single(field, entry.getValue());
      }
    }
    end('}', some);
  }

  private Map<FieldDescriptor, Object> printed(Message message) {
    Map<FieldDescriptor, Object> given = Extensions.named(message, types).getAllFields();
    if (!style.emitDefaults()) {
      return given;
    }
    Map<FieldDescriptor, Object> fields = new TreeMap<>(given);
    for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
      if (!field.hasPresence()) {
        fields.putIfAbsent(field, message.getField(field));
      }
    }
    return fields;
  }

  /** The field's name, quoted, with what stands between it and the value. */
  private byte[] name(FieldDescriptor field) {
    byte[] name = names.get(field);
    if (name == null) {
      JsonText text = new JsonText();
      text.quoted(
          field.isExtension()
              ? "[" + field.getFullName() + "]"
              : style.protoNames() ? field.getName() : field.getJsonName());
      text.put(style.pretty() ? ": " : ":");
      name = Arrays.copyOf(text.array(), text.length());
      names.put(field, name);
    }
    return name;
  }

  private void repeated(FieldDescriptor field, List<?> elements) {
    out.put('[');
    for (int i = 0; i < elements.size(); i++) {
      if (i > 0) {
        out.put(style.pretty() ? ", " : ",");
      }
      single(field, elements.get(i));
    }
    out.put(']');
  }

  private void map(FieldDescriptor field, List<?> entries) {
    FieldDescriptor keyField = field.getMessageType().findFieldByNumber(1);
    FieldDescriptor valueField = field.getMessageType().findFieldByNumber(2);
    begin('{');
    boolean some = false;
    for (Object element : entries) {
      Message entry = (Message) element;
      if (some) {
        out.put(',');
      }
      some = true;
      newLine();
      Object key = entry.getField(keyField);
      if (quotesItself(keyField)) {
        single(keyField, key);
      } else {
        out.put('"');
        single(keyField, key);
        out.put('"');
      }
      out.put(style.pretty() ? ": " : ":");
      single(valueField, entry.getField(valueField));
    }
    end('}', some);
  }

  private static boolean quotesItself(FieldDescriptor key) {
    return key.getJavaType() == JavaType.STRING || key.getJavaType() == JavaType.LONG;
  }

  private void single(FieldDescriptor field, Object value) {
    switch (field.getType()) {
      case INT32, SINT32, SFIXED32 -> out.put(Integer.toString((Integer) value));
      case UINT32, FIXED32 -> out.put(Integer.toUnsignedString((Integer) value));
      case INT64, SINT64, SFIXED64 -> quotedNumber(Long.toString((Long) value));
      case UINT64, FIXED64 -> quotedNumber(Long.toUnsignedString((Long) value));
      case BOOL -> out.put((Boolean) value ? "true" : "false");
      case FLOAT -> floating(Float.isFinite((Float) value), value);
      case DOUBLE -> floating(Double.isFinite((Double) value), value);
      case STRING -> out.quoted((String) value);
      case BYTES -> base64((ByteString) value);
      case ENUM -> enumerated((EnumValueDescriptor) value);
      case MESSAGE, GROUP -> message((Message) value);
    }
  }

  private void quotedNumber(String number) {
    out.put('"');
    out.put(number);
    out.put('"');
  }

  private void floating(boolean finite, Object number) {
    if (finite) {
      out.put(number.toString());
    } else {
      quotedNumber(number.toString()); // Java's names of them are JSON's
    }
  }

  private void base64(ByteString bytes) {
    out.put('"');
    out.put(Base64.getEncoder().encode(bytes.toByteArray()));
    out.put('"');
  }

  private void enumerated(EnumValueDescriptor value) {
    if (WellKnown.isNullValue(value.getType())) {
      out.put("null");
    } else if (style.enumNumbers() || value.getIndex() < 0) { // an index below 0: not in the schema
      out.put(Integer.toString(value.getNumber()));
    } else {
      out.quoted(value.getName());
    }
  }

  private void typeUrl(String url) {
    newLine();
    key("\"@type\"");
    out.quoted(url);
  }

  private void key(String quoted) {
    out.put(quoted);
    out.put(style.pretty() ? ": " : ":");
  }

  private void begin(char bracket) {
    out.put(bracket);
    depth++;
  }

  private void end(char bracket, boolean some) {
    depth--;
    if (some) {
      newLine();
    }
    out.put(bracket);
  }

  private void newLine() {
    if (style.pretty()) {
      out.put('\n');
      for (int i = 0; i < depth; i++) {
        out.put("  ");
      }
    }
  }
}
