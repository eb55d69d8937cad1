package dev.grpcos.gateway.json;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.grpcos.gateway.json.JsonValue.JsonObject;
import dev.grpcos.gateway.json.JsonValue.JsonString;
import dev.grpcos.gateway.json.JsonValue.Member;

/**
 * Reads the forms in which an object contains a message instead of being one: an {@code Any}, a
 * message in the member {@code value}, and the bytes of a message in the member {@code @value}. Not
 * thread-safe.
 */
final class PackedReader {
  private final RequestReader reader;
  private final MessageShape.Cache shapes;
  private final Types types;
  private final ReadPath path;

  /**
   * Creates a reader of forms.
   *
   * @param reader reads the messages that they contain
   * @param types resolves the contents of an Any
   */
  PackedReader(RequestReader reader, MessageShape.Cache shapes, Types types, ReadPath path) {
    this.reader = reader;
    this.shapes = shapes;
    this.types = types;
    this.path = path;
  }

  /** Reads an Any. */
  DynamicMessage any(JsonObject object, Descriptor anyType) {
    DynamicMessage.Builder any = DynamicMessage.newBuilder(anyType);
    if (object.members().isEmpty()) {
      return any.build();
    }
    Member url = object.member("@type");
    if (url == null) {
      throw path.error(object, "an Any needs \"@type\"");
    }
    if (!(url.value() instanceof JsonString string)) {
      throw path.error(url.value(), Mismatch.expected("\"@type\" as a string", url.value()));
    }
    any.setField(anyType.findFieldByNumber(1), string.text());
    any.setField(anyType.findFieldByNumber(2), packed(object, string));
    return any.build();
  }

  /** Reads the form of a message that has no JSON: its bytes in the member {@code @value}. */
  DynamicMessage unknown(JsonObject object, Descriptor type) {
    Member raw = object.member("@value");
    if (raw == null) {
      throw path.error(object, "expected " + WellKnown.UNKNOWN.form() + ", " + type.getFullName());
    }
    try {
      return WireMessage.parse(type, raw(object, raw));
    } catch (InvalidProtocolBufferException e) {
      throw path.error(raw.value(), "the bytes are not a " + type.getFullName());
    }
  }

  private ByteString raw(JsonObject object, Member raw) {
    int mark = path.enter("@value");
    only(object, "@value");
    try {
      return Scalars.bytes(raw.value());
    } catch (Mismatch e) {
      throw path.error(raw.value(), e);
    } finally {
      path.leave(mark);
    }
  }

  private ByteString packed(JsonObject object, JsonString url) {
    Member raw = object.member("@value");
    if (raw != null) {
      return raw(object, raw);
    }
    int slash = url.text().lastIndexOf('/');
    if (slash < 0) {
      throw path.error(
          url,
          Quote.text(url.text())
              + " is not a type URL: write it as \"type.googleapis.com/full.type.Name\"");
    }
    Descriptor packed = types.message(url.text().substring(slash + 1));
    if (packed == null) {
      throw path.error(
          url,
          "no type "
              + Quote.text(url.text().substring(slash + 1))
              + " in the schema: give its bytes as \"@value\" in base64");
    }
    MessageShape shape = shapes.of(packed);
    boolean boxed =
        shape.kind().hasOwnForm()
            || (shape.kind() == WellKnown.EMPTY && object.member("value") != null);
    return (boxed ? boxed(object, packed) : reader.fields(object, shape, true)).toByteString();
  }

  /** Reads a message with a special JSON form from the member {@code value}. */
  DynamicMessage boxed(JsonObject object, Descriptor type) {
    only(object, "value");
    Member member = object.member("value");
    if (member == null) {
      throw path.error(
          object,
          "expected \"value\" with "
              + shapes.of(type).kind().form()
              + " for "
              + type.getFullName());
    }
    int mark = path.enter("value");
    DynamicMessage message = reader.message(member.value(), type);
    path.leave(mark);
    return message;
  }

  /** Rejects members other than the given one and {@code @type}. */
  private void only(JsonObject object, String key) {
    for (Member member : object.members()) {
      if (!member.key().equals(key) && !member.key().equals("@type")) {
        throw path.error(
            member.at(), "unexpected " + Quote.text(member.key()) + " beside " + Quote.text(key));
      }
    }
  }
}
