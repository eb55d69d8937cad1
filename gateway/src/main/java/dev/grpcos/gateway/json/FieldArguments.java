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
import java.util.Map;

/**
 * Turns the {@code FIELD…} arguments of a command into one message, typed by its descriptor.
 *
 * <p>{@code name=text} sets a field, {@code a.b=text} one of a nested message, {@code tags=x
 * tags=y} appends to a repeated field, {@code labels.key=text} sets a map's entry (all after the
 * map's name is the key, dots too), {@code [pkg.ext]=text} an extension, {@code f:=JSON} anything.
 * {@code f=@FILE} takes the file's content: as it is for bytes and strings, otherwise its text
 * without the line feed at its end; {@code f=@@text} is text that begins with an {@code @}; {@code
 * f:=@FILE} takes JSON from a file. Text is read as its field's JSON would be: bytes are base64, a
 * {@code Timestamp} is {@code 2026-01-31T12:00:00Z}.
 *
 * <p>The arguments become a JSON object first, so that {@link RequestReader} alone says what fits.
 */
public final class FieldArguments {
  /** Opens the files that arguments name, as the command's caller would. */
  @FunctionalInterface
  public interface FileOpener {
    /**
     * Opens a file for reading.
     *
     * @throws IOException with the reason alone as its message
     */
    InputStream open(String file) throws IOException;
  }

  /**
   * What an argument names, for messages.
   *
   * @param path as it is written
   * @param json the path that {@code :=} is for: in a map's entry it takes the entry alone, whole
   */
  private record Named(String path, String json) {
    JsonException repeated(Position at) {
      return new JsonException(
          at,
          "%s is repeated: give %s as %s:=JSON"
              .formatted(path, path.equals(json) ? "each element" : "the whole entry", json));
    }
  }

  private final Descriptor type;
  private final Types types;
  private final FileOpener files;
  private final int maxBytes;
  private final MessageShape.Cache shapes = new MessageShape.Cache();

  /**
   * A reader of arguments for messages of this type.
   *
   * @param maxBytes how long one JSON value or one file's content may be
   */
  public FieldArguments(Descriptor type, Types types, FileOpener files, int maxBytes) {
    this.type = type;
    this.types = types;
    this.files = files;
    this.maxBytes = maxBytes;
  }

  /** Whether a request of this type is given as arguments at all. */
  public static boolean describe(Descriptor type) {
    WellKnown kind = WellKnown.of(type);
    return !kind.hasOwnForm() || kind.isWrapper();
  }

  /** The fields of a message of this type, by all names that an argument may call them. */
  public static Map<String, FieldDescriptor> fields(Descriptor type) {
    return Map.copyOf(MessageShape.of(type).fields());
  }

  /**
   * The message that the arguments describe together.
   *
   * @throws JsonException if they describe none
   * @throws UncheckedIOException if a file can't be read
   */
  public DynamicMessage read(List<String> arguments) {
    Draft root = new Draft(Position.in("the FIELD arguments"));
    if (!arguments.isEmpty() && !describe(type)) {
      WellKnown kind = shapes.of(type).kind();
      throw new JsonException(
          root.at(),
          type.getFullName()
              + " takes none: give the request with -d "
              + (kind.isValue() ? "'{\"value\": …}', which holds " + kind.form() : "JSON"));
    }
    for (String argument : arguments) {
      add(root, argument);
    }
    return new RequestReader(type, types).read(root.toJson());
  }

  private void add(Draft root, String argument) {
    Position at = Position.in("argument " + Quote.text(argument));
    int equals = argument.indexOf('=');
    boolean json = equals > 0 && argument.charAt(equals - 1) == ':';
    String path = argument.substring(0, Math.max(0, json ? equals - 1 : equals));
    if (path.isEmpty()) {
      throw new JsonException(
          at, "not a field's value: write FIELD=VALUE, FIELD:=JSON or FIELD=@FILE");
    }
    String text = argument.substring(equals + 1);
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
      throw new JsonException(at, "not valid Unicode: give bytes as base64 or with =@FILE");
    }
    Draft draft = root;
    MessageShape shape = shapes.of(type);
    int from = 0;
    String entry = null; // the path of the first map's entry
    while (true) {
      int stop = endOfName(at, path, from);
      String name = path.substring(from, stop);
      FieldDescriptor field = shape.field(name, types);
      if (field == null) {
        throw new JsonException(at, shape.unknown(name));
      }
      String key = field.isExtension() ? name : field.getJsonName();
      String reached = path.substring(0, stop);
      Named named = new Named(reached, entry == null ? reached : entry);
      if (stop == path.length()) {
        set(draft, at, field, named, key, json, text);
        return;
      }
      from = stop + 1;
      if (field.isMapField()) {
        FieldDescriptor value = field.getMessageType().findFieldByNumber(2);
        draft = draft.child(key, at);
        int dot = json || !hasFields(value) ? -1 : path.indexOf('.', from);
        if (dot < 0) {
          named = new Named(path, entry == null ? path : entry);
          key = path.substring(from);
          draft.put(at, key, json ? json(at, text) : leaf(at, value, named, text));
          return;
        }
        entry = entry == null ? path.substring(0, dot) : entry;
        key = path.substring(from, dot);
        from = dot + 1;
        field = value;
      } else {
        requireFields(at, named, field);
      }
      draft = draft.child(key, at);
      shape = shapes.of(field.getMessageType());
    }
  }

  /** Whether values of the field are given field by field. */
  private boolean hasFields(FieldDescriptor field) {
    return field.getJavaType() == JavaType.MESSAGE
        && !shapes.of(field.getMessageType()).kind().hasOwnForm();
  }

  /** The end of the name at {@code from}: before a dot, but not one inside brackets. */
  private static int endOfName(Position at, String path, int from) {
    int inside = from;
    if (path.startsWith("[", from)) {
      inside = path.indexOf(']', from);
      if (inside < 0) {
        throw new JsonException(
            at,
            "the bracket of "
                + Quote.text(path.substring(from))
                + " is not closed: write an extension as [pkg.name]");
      }
    }
    int dot = path.indexOf('.', inside);
    return dot < 0 ? path.length() : dot;
  }

  private void requireFields(Position at, Named named, FieldDescriptor field) {
    if (field.getJavaType() != JavaType.MESSAGE) {
      throw new JsonException(at, named.path() + " is no message, so it has no fields");
    }
    if (field.isRepeated()) {
      throw named.repeated(at);
    }
    WellKnown kind = shapes.of(field.getMessageType()).kind();
    if (kind.hasOwnForm()) {
      throw new JsonException(at, named.path() + " is given whole, as " + kind.form());
    }
  }

  private void set(
      Draft draft,
      Position at,
      FieldDescriptor field,
      Named named,
      String key,
      boolean json,
      String text) {
    if (field.isMapField() && !json) {
      throw new JsonException(at, "%1$s is a map: write %1$s.KEY=VALUE".formatted(named.path()));
    }
    JsonValue value = json ? json(at, text) : leaf(at, field, named, text);
    if (!field.isRepeated() || field.isMapField()) {
      draft.put(at, key, value);
    } else if (json && value instanceof JsonArray array) {
      draft.append(key, array.elements());
    } else {
      draft.append(key, List.of(value));
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

  /** The text of one value as the JSON that its field takes. */
  private JsonValue leaf(Position at, FieldDescriptor field, Named named, String text) {
    FieldDescriptor scalar = scalar(at, field, named);
    if (!text.startsWith("@")) {
      return typed(at, scalar, text);
    }
    if (text.startsWith("@@")) {
      return typed(at, scalar, text.substring(1));
    }
    byte[] content = content(at, fileName(at, text));
    if (scalar.getJavaType() == JavaType.BYTE_STRING) {
      return new JsonString(at, Base64.getEncoder().encodeToString(content));
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

  /** The file of a value that is {@code @FILE}. */
  private static String fileName(Position at, String text) {
    if (text.length() == 1) {
      throw new JsonException(
          at, "there is no file name after @: add one; for text that begins with @ write @@");
    }
    return text.substring(1);
  }

  /** The field whose text is given: the one in a wrapper, otherwise the field itself. */
  private FieldDescriptor scalar(Position at, FieldDescriptor field, Named named) {
    if (field.getJavaType() != JavaType.MESSAGE) {
      return field;
    }
    WellKnown kind = shapes.of(field.getMessageType()).kind();
    if (kind.isWrapper()) {
      return field.getMessageType().findFieldByNumber(1);
    }
    if (kind == WellKnown.NONE && field.isRepeated()) {
      throw named.repeated(at);
    }
    return switch (kind) {
      case TIMESTAMP, DURATION, FIELD_MASK, VALUE -> field;
      case NONE ->
          throw new JsonException(
              at,
              String.format(
                  "%1$s is a message: give its fields as %1$s.FIELD=VALUE, or %2$s:=JSON",
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
    return new JsonString(at, text); // numbers too: ProtoJSON takes them as strings
  }

  private byte[] content(Position at, String file) {
    try (InputStream in = files.open(file)) {
      byte[] content = in.readNBytes(maxBytes);
      if (content.length == maxBytes && in.read() >= 0) {
        throw new JsonException(
            at, "a file of more than " + maxBytes + " bytes: raise --max-message-size to send it");
      }
      return content;
    } catch (IOException e) {
      throw unreadable(at, file, e);
    }
  }

  private static UncheckedIOException unreadable(Position at, String file, IOException e) {
    return new UncheckedIOException(
        "%s: %s can't be read: %s; for text that begins with @ write @@"
            .formatted(at, file, e.getMessage()),
        e);
  }
}
