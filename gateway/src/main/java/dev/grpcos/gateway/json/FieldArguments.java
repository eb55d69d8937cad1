package dev.grpcos.gateway.json;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.DynamicMessage;
import dev.grpcos.gateway.json.JsonValue.JsonArray;
import dev.grpcos.gateway.json.JsonValue.JsonBoolean;
import dev.grpcos.gateway.json.JsonValue.JsonNumber;
import dev.grpcos.gateway.json.JsonValue.JsonString;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads one message from {@code FIELD=VALUE} arguments, typed by its descriptor.
 *
 * <p>{@code name=text} sets a field. {@code a.b=text} sets a field of a nested message. {@code
 * tags=x tags=y} appends to a repeated field. {@code lines[0].sku=x} sets a field of an element.
 * {@code labels.key=text} sets an entry of a map; everything after the map's name is the key,
 * including dots. {@code [pkg.ext]=text} sets an extension. {@code f:=JSON} sets any value.
 *
 * <p>{@code f=@FILE} reads the value from a file, without a final line feed unless the field is a
 * string or bytes. {@code f=@@text} is text that begins with an {@code @}. {@code f:=@FILE} reads
 * JSON from a file. The value of a bytes field is the text in UTF-8. Other text is read like the
 * field's JSON string: a {@code Timestamp} is {@code 2026-01-31T12:00:00Z}.
 *
 * <p>The arguments become a JSON object, which {@link RequestReader} reads and checks.
 */
public final class FieldArguments {
  /** Opens the files that arguments name. */
  @FunctionalInterface
  public interface FileOpener {
    /**
     * Opens a file for reading.
     *
     * @throws IOException if the file cannot be opened; the message is only the reason
     */
    InputStream open(String file) throws IOException;
  }

  /**
   * The place that an argument names, for messages.
   *
   * @param path the path in the argument
   * @param json the path for {@code :=}; for a map, the path of the complete entry
   */
  private record Named(String path, String json) {
    JsonException repeated(Position at) {
      return new JsonException(
          at,
          path.equals(json)
              ? "%1$s is repeated: write %1$s[0].FIELD=VALUE, or each element as %1$s:=JSON"
                  .formatted(path)
              : "%s is repeated: write %s[0].FIELD=VALUE, or the whole entry as %s:=JSON"
                  .formatted(path, path, json));
    }
  }

  /** The start of a JSON object or array. A bracket before a name begins an extension's name. */
  private static final Pattern WHOLE_JSON = Pattern.compile("\\s*(\\{|\\[\\s*[\\[{\"\\]0-9-])");

  private final Descriptor type;
  private final Types types;
  private final FileOpener files;
  private final EncodedFields encoded;
  private final int maxBytes;
  private final MessageShape.Cache shapes = new MessageShape.Cache();

  /**
   * Creates a reader of arguments for messages of a type.
   *
   * @param encoded the bytes fields whose content can be given like that of a message field
   * @param maxBytes the maximum length of one JSON value or file
   */
  public FieldArguments(
      Descriptor type, Types types, FileOpener files, EncodedFields encoded, int maxBytes) {
    this.type = type;
    this.types = types;
    this.files = files;
    this.encoded = encoded;
    this.maxBytes = maxBytes;
  }

  /** Returns whether messages of a type can be written as arguments. */
  public static boolean describe(Descriptor type) {
    WellKnown kind = WellKnown.of(type);
    return !kind.hasOwnForm() || kind.isWrapper();
  }

  /**
   * Returns the message that the arguments describe together.
   *
   * @throws JsonException if the arguments are invalid
   * @throws UncheckedIOException if a file cannot be read
   */
  public DynamicMessage read(List<String> arguments) {
    Draft root = new Draft(Position.in("the FIELD arguments"));
    for (String argument : arguments) {
      add(root, argument);
    }
    return new RequestReader(type, types, false, encoded).read(root.toJson());
  }

  private void add(Draft root, String argument) {
    Position at = Position.in("argument " + Quote.text(argument));
    if (WHOLE_JSON.matcher(argument).lookingAt()) {
      throw new JsonException(
          at, "JSON, where FIELD=VALUE is expected", JsonException.Problem.WHOLE_REQUEST);
    }
    int equals = argument.indexOf('=');
    boolean json = equals > 0 && argument.charAt(equals - 1) == ':';
    String path = argument.substring(0, Math.max(0, json ? equals - 1 : equals));
    if (path.isEmpty()) {
      throw new JsonException(
          at, "not the value of a field: write FIELD=VALUE, FIELD:=JSON or FIELD=@FILE");
    }
    if (!describe(type)) {
      WellKnown kind = shapes.of(type).kind();
      throw new JsonException(
          at,
          "%s has no fields: write it as a whole, as %s".formatted(type.getFullName(), kind.form()),
          JsonException.Problem.WHOLE_REQUEST);
    }
    String text = argument.substring(equals + 1);
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
      throw new JsonException(at, "not valid Unicode: give bytes as :=\"BASE64\" or =@FILE");
    }
    add(root, at, new FieldPath(at, path), json, text);
  }

  private void add(Draft root, Position at, FieldPath path, boolean json, String text) {
    Draft draft = root;
    MessageShape shape = shapes.of(type);
    EncodedFields place = encoded;
    String entry = null; // the path of the outermost map entry
    while (true) {
      path.next();
      FieldDescriptor field = shape.names().field(path.name(), types);
      if (field == null) {
        throw new JsonException(at, shape.names().unknown(path.name()));
      }
      place = place.inside(field);
      String key = shape.names().name(field);
      Named named = new Named(path.reached(), entry == null ? path.reached() : entry);
      boolean element = path.index() >= 0;
      if (element && (!field.isRepeated() || field.isMapField())) {
        throw new JsonException(
            at,
            field.isMapField()
                ? path.reached() + ": a map has keys, not indexes: write MAP.KEY=VALUE"
                : path.reached() + ": the field is not repeated, so it has no index");
      }
      if (element) {
        draft = draft.elements(at, key, path.reached());
        key = Integer.toString(path.index());
      }
      if (path.isAtEnd()) {
        set(draft, at, field, element, named, key, json, text);
        return;
      }
      if (field.isMapField()) {
        FieldDescriptor value = field.getMessageType().findFieldByNumber(2);
        draft = draft.child(at, key, path.reached());
        path.nextKey(json || !hasFields(value, place));
        key = path.name();
        entry = entry == null ? path.reached() : entry;
        if (path.isAtEnd()) {
          named = new Named(path.reached(), entry);
          JsonValue read = json ? json(at, text) : leaf(at, value, false, named, text);
          draft.put(at, key, path.reached(), read);
          return;
        }
        field = value;
        element = true;
      }
      Descriptor inner = requireFields(at, named, field, place, element);
      draft = draft.child(at, key, path.reached());
      shape = shapes.of(inner);
    }
  }

  /** Returns the message type of a field's values, or null if they are not messages. */
  private static @Nullable Descriptor message(FieldDescriptor field, EncodedFields place) {
    return field.getJavaType() == JavaType.MESSAGE ? field.getMessageType() : place.content();
  }

  /** Returns whether values of the field are written field by field. */
  private boolean hasFields(FieldDescriptor field, EncodedFields place) {
    Descriptor message = message(field, place);
    return message != null && !shapes.of(message).kind().hasOwnForm();
  }

  /** Returns the message type of a field whose fields are given. */
  private Descriptor requireFields(
      Position at, Named named, FieldDescriptor field, EncodedFields place, boolean element) {
    Descriptor message = message(field, place);
    if (message == null) {
      throw new JsonException(at, named.path() + " is not a message, so it has no fields");
    }
    if (field.isRepeated() && !element) {
      throw named.repeated(at);
    }
    WellKnown kind = shapes.of(message).kind();
    if (kind.hasOwnForm()) {
      throw new JsonException(at, named.path() + " is written as a whole, as " + kind.form());
    }
    return message;
  }

  private void set(
      Draft draft,
      Position at,
      FieldDescriptor field,
      boolean element,
      Named named,
      String key,
      boolean json,
      String text) {
    if (field.isMapField() && !json) {
      throw new JsonException(at, "%1$s is a map: write %1$s.KEY=VALUE".formatted(named.path()));
    }
    boolean one = element || !field.isRepeated() || field.isMapField();
    JsonValue value = json ? json(at, text) : leaf(at, field, !one, named, text);
    if (one) {
      draft.put(at, key, named.path(), value);
    } else if (json && value instanceof JsonArray array) {
      draft.append(at, key, named.path(), array.elements());
    } else {
      draft.append(at, key, named.path(), List.of(value));
    }
  }

  private JsonValue json(Position at, String text) {
    if (!text.startsWith("@")) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      return JsonReader.single(new ByteArrayInputStream(bytes), at.input(), maxBytes);
    }
    String file = fileName(at, text);
    try (InputStream in = files.open(file)) {
      return JsonReader.single(in, file, maxBytes);
    } catch (IOException e) {
      throw unreadable(at, file, e);
    }
  }

  /**
   * Returns the JSON for a value that is given as text.
   *
   * @param repeated whether the field is repeated and the value is not for a single element
   */
  private JsonValue leaf(
      Position at, FieldDescriptor field, boolean repeated, Named named, String text) {
    FieldDescriptor scalar = scalar(at, field, repeated, named);
    if (!text.startsWith("@")) {
      return typed(at, scalar, text);
    }
    if (text.startsWith("@@")) {
      return typed(at, scalar, text.substring(1));
    }
    byte[] content = content(at, fileName(at, text));
    if (scalar.getJavaType() == JavaType.BYTE_STRING) {
      return base64(at, content);
    }
    String decoded;
    try {
      decoded = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString();
    } catch (CharacterCodingException e) {
      throw new JsonException(at, "the file's content is not valid UTF-8");
    }
    return typed(
        at,
        scalar,
        scalar.getJavaType() != JavaType.STRING && decoded.endsWith("\n")
            ? decoded.substring(0, decoded.length() - 1)
            : decoded);
  }

  /** Returns the file name in a value of the form {@code @FILE}. */
  private static String fileName(Position at, String text) {
    if (text.length() == 1) {
      throw new JsonException(
          at, "there is no file name after @: add one; for text that begins with @ write @@");
    }
    return text.substring(1);
  }

  /** Returns the field for the text: the field inside a wrapper, otherwise the field itself. */
  private FieldDescriptor scalar(
      Position at, FieldDescriptor field, boolean repeated, Named named) {
    if (field.getJavaType() != JavaType.MESSAGE) {
      return field;
    }
    WellKnown kind = shapes.of(field.getMessageType()).kind();
    if (kind.isWrapper()) {
      return field.getMessageType().findFieldByNumber(1);
    }
    if (kind == WellKnown.NONE && repeated) {
      throw named.repeated(at);
    }
    return switch (kind) {
      case TIMESTAMP, DURATION, FIELD_MASK, VALUE -> field;
      case NONE ->
          throw new JsonException(
              at,
              String.format(
                  "%1$s is a message: write its fields as %1$s.FIELD=VALUE, or %2$s:=JSON",
                  named.path(), named.json()));
      default ->
          throw new JsonException(
              at, String.format("%s has no text form: write %s:=JSON", named.path(), named.json()));
    };
  }

  private static JsonValue typed(Position at, FieldDescriptor field, String text) {
    if (field.getJavaType() == JavaType.BOOLEAN && (text.equals("true") || text.equals("false"))) {
      return new JsonBoolean(at, text.equals("true"));
    }
    if (field.getJavaType() == JavaType.ENUM && Scalars.isDecimal(text)) {
      return new JsonNumber(at, text);
    }
    if (field.getJavaType() == JavaType.BYTE_STRING) {
      return base64(at, text.getBytes(StandardCharsets.UTF_8));
    }
    return new JsonString(at, text); // including numbers, which ProtoJSON permits as strings
  }

  private static JsonString base64(Position at, byte[] bytes) {
    return new JsonString(at, Base64.getEncoder().encodeToString(bytes));
  }

  private byte[] content(Position at, String file) {
    try (InputStream in = files.open(file)) {
      byte[] content = in.readNBytes(maxBytes);
      if (content.length == maxBytes && in.read() >= 0) {
        throw new JsonException(
            at, "a file of more than " + maxBytes + " bytes", JsonException.Problem.TOO_LONG);
      }
      return content;
    } catch (IOException e) {
      throw unreadable(at, file, e);
    }
  }

  private static UncheckedIOException unreadable(Position at, String file, IOException e) {
    return new UncheckedIOException(
        "%s: %s cannot be read: %s; for text that begins with @ write @@"
            .formatted(at, file, e.getMessage()),
        e);
  }
}
