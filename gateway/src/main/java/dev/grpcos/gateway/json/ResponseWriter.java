package dev.grpcos.gateway.json;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Writes messages as JSON, one value for each message, with the mapping and the layout of {@code
 * JsonFormat}, so that {@link RequestReader} can read them back.
 *
 * <p>{@code JsonFormat} itself is not suitable: it throws on an {@code Any} with an unknown type or
 * invalid bytes, although every response must be printed, and it escapes {@code <} and other
 * characters. The tests compare the output with {@code JsonFormat}. Differences:
 *
 * <ul>
 *   <li>Numbers have the format of {@link NumberText}.
 *   <li>Extensions are named {@code [pkg.ext]}. Unknown fields are left out.
 *   <li>An {@code Any} that cannot be unpacked is {@code {"@type":…,"@value":base64}}.
 *   <li>A message that has no JSON is {@code {"@value":base64}}: a message whose type the schema
 *       lacks, a timestamp or duration out of range, a field mask whose paths would be read as
 *       other paths, NaN in a {@code google.protobuf.Value}.
 *   <li>A duplicate map key is written once, with its last value.
 *   <li>Fields that share a JSON name are written under their proto names, see {@link JsonNames}.
 *   <li>{@link EncodedFields} are written as the messages that they hold, or in base64 if their
 *       bytes are not such messages.
 * </ul>
 *
 * <p>The text of a message is collected in one array and written in one write. Not thread-safe.
 */
public final class ResponseWriter {
  /** The maximum depth at which an Any is unpacked, and the maximum nesting of its content. */
  private static final int MAX_ANY_DEPTH = 100;

  private final Types types;
  private final JsonStyle style;
  private final boolean redacts;
  private final EncodedFields encoded;
  private final JsonText out = new JsonText();
  private final JsonBrackets brackets;
  private final ScalarWriter scalars;
  private final MessageShape.Cache shapes = new MessageShape.Cache();
  private final Map<FieldDescriptor, byte[]> names = new HashMap<>();

  /** The place of the current field or message among the encoded fields. */
  private EncodedFields place = EncodedFields.NONE;

  /** Creates a writer. {@code types} resolves extensions and the contents of an Any. */
  public ResponseWriter(Types types, JsonStyle style) {
    this(types, style, EncodedFields.NONE, false);
  }

  /**
   * Creates a writer of messages with fields that hold other messages.
   *
   * @param encoded the fields of each message that is written
   */
  public ResponseWriter(Types types, JsonStyle style, EncodedFields encoded) {
    this(types, style, encoded, false);
  }

  private ResponseWriter(Types types, JsonStyle style, EncodedFields encoded, boolean redacts) {
    this.types = types;
    this.style = style;
    this.encoded = encoded;
    this.redacts = redacts;
    brackets = new JsonBrackets(out, style.pretty());
    scalars = new ScalarWriter(out, style);
  }

  /**
   * Creates a writer that writes no secrets. Fields with {@code debug_redact} are left out, except
   * that each string is replaced by {@link Redaction#HIDDEN}, so that the JSON stays valid. The
   * content of an {@code Any} with a known type is left out if it cannot be unpacked.
   */
  public static ResponseWriter redacting(Types types) {
    return new ResponseWriter(types, JsonStyle.COMPACT, EncodedFields.NONE, true);
  }

  /**
   * Writes the message and a line feed in one write.
   *
   * @throws IOException if the stream fails
   */
  public void write(Message message, OutputStream stream) throws IOException {
    print(message);
    out.put('\n');
    stream.write(out.array(), 0, out.length());
  }

  /** Passes the message to the sink, which writes to the stream. */
  public void write(Message message, JsonSink sink, OutputStream stream) throws IOException {
    print(message);
    sink.write(out, stream);
  }

  /** Adds the message to a text. */
  public void append(Message message, JsonText text) {
    print(message);
    text.put(out);
  }

  /** Adds the value of one field of a message to a text; an unset field has its default value. */
  public void append(Message message, FieldDescriptor field, JsonText text) {
    brackets.clear();
    place = encoded.inside(field);
    Object value = message.getField(field);
    if (field.isMapField()) {
      map(field, (List<?>) value);
    } else if (field.isRepeated()) {
      repeated(field, (List<?>) value);
    } else {
      single(field, value);
    }
    text.put(out);
  }

  /** Returns the message as text, without a line feed. */
  public String toJson(Message message) {
    print(message);
    return out.toString();
  }

  private void print(Message message) {
    brackets.clear();
    place = encoded;
    if (kind(message.getDescriptorForType()) == WellKnown.VALUE
        && ValueEscape.hasOnlyKey(message, "value")) {
      boxed(message); // it would be read as the form {"value":…} of another Value
    } else {
      message(message);
    }
  }

  private void boxed(Message message) {
    brackets.begin('{');
    brackets.newLine();
    brackets.key("\"value\"");
    message(message);
    brackets.end('}', true);
  }

  private WellKnown kind(Descriptor type) {
    return shapes.of(type).kind();
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
    if (ValueEscape.isNeeded(value)) {
      bytes(value);
      return;
    }
    for (Map.Entry<FieldDescriptor, Object> field : value.getAllFields().entrySet()) {
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
    place = EncodedFields.NONE;
    Message content = brackets.depth() < MAX_ANY_DEPTH ? open(url, bytes) : null;
    if (content != null && !kind(content.getDescriptorForType()).hasOwnForm()) {
      fields(content, url);
      return;
    }
    brackets.begin('{');
    typeUrl(url);
    if (content != null) {
      out.put(',');
      brackets.newLine();
      brackets.key("\"value\"");
      message(content);
    } else if (!redacts || type(url) == null) {
      out.put(',');
      brackets.newLine();
      value(bytes);
    }
    brackets.end('}', true);
  }

  /** Writes the bytes of a message that has no JSON, or whose type the schema lacks. */
  private void bytes(Message message) {
    brackets.begin('{');
    brackets.newLine();
    value(message.toByteString());
    brackets.end('}', true);
  }

  private void value(ByteString bytes) {
    brackets.key("\"@value\"");
    scalars.base64(bytes);
  }

  /** Returns the content of an Any, or null if its JSON could not be read back. */
  private @Nullable Message open(String url, ByteString bytes) {
    Descriptor type = type(url);
    if (type == null || !shapes.of(type).fitsAny()) {
      return null;
    }
    try {
      return WireMessage.parse(type, bytes, MAX_ANY_DEPTH);
    } catch (InvalidProtocolBufferException e) {
      return null; // written as bytes
    }
  }

  private @Nullable Descriptor type(String url) {
    int slash = url.lastIndexOf('/');
    return slash < 0 ? null : types.message(url.substring(slash + 1));
  }

  private void fields(Message message, @Nullable String typeUrl) {
    brackets.begin('{');
    EncodedFields outer = place;
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
      brackets.newLine();
      out.put(name(field));
      place = outer.inside(field);
      if (field.isMapField()) {
        map(field, (List<?>) entry.getValue());
      } else if (field.isRepeated()) {
        repeated(field, (List<?>) entry.getValue());
      } else {
        single(field, entry.getValue());
      }
    }
    place = outer;
    brackets.end('}', some);
  }

  private Map<FieldDescriptor, Object> printed(Message message) {
    Map<FieldDescriptor, Object> given = Extensions.named(message, types).getAllFields();
    if (redacts) {
      given = new TreeMap<>(given);
      given.entrySet().removeIf(each -> isLeftOut(each.getKey(), each.getValue()));
    }
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

  private static boolean isLeftOut(FieldDescriptor field, Object value) {
    return (field.getType() != FieldDescriptor.Type.STRING || field.isMapField())
        && Redaction.isSecret(field, value);
  }

  private void single(FieldDescriptor field, Object value) {
    if (field.getJavaType() == JavaType.MESSAGE) {
      message((Message) value);
      return;
    }
    if (redacts && field.getJavaType() == JavaType.STRING && Redaction.isSecret(field, value)) {
      out.quoted(Redaction.HIDDEN);
      return;
    }
    Message content = value instanceof ByteString bytes ? content(bytes) : null;
    if (content == null) {
      scalars.write(field, value);
    } else {
      message(content);
    }
  }

  /** Returns the message that the bytes here should be, or null if they are not. */
  private @Nullable Message content(ByteString bytes) {
    Descriptor type = place.content();
    if (type == null) {
      return null;
    }
    try {
      return WireMessage.parse(type, bytes, MAX_ANY_DEPTH);
    } catch (InvalidProtocolBufferException e) {
      place.reportUnreadable();
      return null;
    }
  }

  /** Returns the field's name in quotes, followed by a colon. */
  private byte[] name(FieldDescriptor field) {
    byte[] name = names.get(field);
    if (name == null) {
      JsonText text = new JsonText();
      JsonNames all = shapes.of(field.getContainingType()).names();
      text.quoted(style.protoNames() ? all.protoName(field) : all.name(field));
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
    brackets.begin('{');
    boolean some = false;
    for (Message entry : PrintedEntries.distinct(entries, keyField, valueField)) {
      if (some) {
        out.put(',');
      }
      some = true;
      brackets.newLine();
      Object key = entry.getField(keyField);
      if (PrintedEntries.hasQuotedKeys(keyField)) {
        single(keyField, key);
      } else {
        out.put('"');
        single(keyField, key);
        out.put('"');
      }
      brackets.colon();
      single(valueField, entry.getField(valueField));
    }
    brackets.end('}', some);
  }

  private void typeUrl(String url) {
    brackets.newLine();
    brackets.key("\"@type\"");
    out.quoted(url);
  }
}
