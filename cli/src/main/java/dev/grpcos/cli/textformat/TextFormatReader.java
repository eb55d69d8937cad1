package dev.grpcos.cli.textformat;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.Descriptors.OneofDescriptor;
import com.google.protobuf.DynamicMessage;
import dev.grpcos.cli.textformat.TextToken.TokenKind;
import dev.grpcos.gateway.json.Nearest;
import dev.grpcos.gateway.json.RequestReader;
import dev.grpcos.gateway.json.Types;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads messages of one type from protobuf's text format.
 *
 * <p>Fields whose names a message reserves are skipped, and so are fields with numbers for names,
 * which is how a printer writes fields that its schema lacks. Required fields are not checked.
 *
 * @see <a href="https://protobuf.dev/reference/protobuf/textformat-spec/">the specification</a>
 */
public final class TextFormatReader {
  private final Descriptor type;
  private final Types types;
  private final boolean allowUnknown;

  /**
   * Creates a reader of messages.
   *
   * @param types has extensions and the contents of an Any
   * @param allowUnknown whether unknown fields and unknown values of enums are left out; otherwise
   *     they are errors
   */
  public TextFormatReader(Descriptor type, Types types, boolean allowUnknown) {
    this.type = type;
    this.types = types;
    this.allowUnknown = allowUnknown;
  }

  /**
   * Returns the message that is the whole text.
   *
   * @throws TextFormatException if the text is not a message of this type
   */
  public DynamicMessage read(String text) throws TextFormatException {
    Parse parse = new Parse(new Tokenizer(text));
    DynamicMessage.Builder message = DynamicMessage.newBuilder(type);
    parse.fields(message, TokenKind.END, ' ', 0);
    return message.buildPartial();
  }

  /** A field's name, before it is looked up. */
  private record Name(TextToken start, String text, boolean bracketed) {
    boolean isNumber() {
      return start.kind() == TokenKind.NUMBER;
    }

    boolean isTypeUrl() {
      return bracketed && text.indexOf('/') >= 0;
    }

    String shown() {
      return bracketed ? "[" + text + "]" : "'" + text + "'";
    }
  }

  /** The reading of one text. */
  private final class Parse {
    private final Tokenizer tokens;
    private final Values values;

    Parse(Tokenizer tokens) {
      this.tokens = tokens;
      this.values = new Values(tokens, allowUnknown);
    }

    /** Reads the fields of a message up to its end, which is consumed. */
    void fields(DynamicMessage.Builder message, TokenKind end, char close, int depth)
        throws TextFormatException {
      if (depth > RequestReader.MAX_NESTING) {
        throw tokens.error(
            tokens.peek(), "messages nested more than " + RequestReader.MAX_NESTING + " deep");
      }
      Set<FieldDescriptor> given = new HashSet<>();
      while (end == TokenKind.END ? tokens.peek().kind() != TokenKind.END : !tokens.accept(close)) {
        field(message, given, depth);
        if (!tokens.accept(',')) {
          tokens.accept(';');
        }
      }
    }

    private void field(DynamicMessage.Builder message, Set<FieldDescriptor> given, int depth)
        throws TextFormatException {
      Name name = name();
      Descriptor type = message.getDescriptorForType();
      if (name.isTypeUrl()) {
        any(message, name, depth);
        return;
      }
      FieldDescriptor field =
          name.bracketed() ? types.extension(type, name.text()) : find(type, name.text());
      if (field == null) {
        if (!allowUnknown && !name.isNumber() && !isReserved(type, name)) {
          throw tokens.error(name.start(), unknown(type, name));
        }
        skipField();
        return;
      }
      boolean colon = tokens.accept(':');
      boolean isMessage = field.getJavaType() == JavaType.MESSAGE;
      if (!colon && !isMessage) {
        throw tokens.error(
            tokens.peek(), "expected ':' after " + name.shown() + ", got " + tokens.peek().shown());
      }
      if (field.isRepeated() && tokens.accept('[')) {
        boolean more = !tokens.accept(']');
        while (more) {
          add(message, field, depth);
          more = tokens.accept(',');
          if (!more) {
            tokens.expect(']');
          }
        }
      } else {
        if (!field.isRepeated()) {
          requireAbsent(message, given.add(field), field, name);
        }
        add(message, field, depth);
      }
    }

    private void requireAbsent(
        DynamicMessage.Builder message, boolean first, FieldDescriptor field, Name name)
        throws TextFormatException {
      OneofDescriptor oneof = field.getRealContainingOneof();
      if (!first) {
        throw tokens.error(name.start(), name.shown() + " is given twice");
      } else if (oneof != null && message.hasOneof(oneof)) {
        throw tokens.error(
            name.start(),
            "only one field of the oneof %s can be given, and '%s' is"
                .formatted(oneof.getName(), message.getOneofFieldDescriptor(oneof).getName()));
      }
    }

    /** Reads one value and adds it to the message. */
    private void add(DynamicMessage.Builder message, FieldDescriptor field, int depth)
        throws TextFormatException {
      Object value;
      if (field.getJavaType() == JavaType.MESSAGE) {
        DynamicMessage.Builder nested = DynamicMessage.newBuilder(field.getMessageType());
        fields(nested, TokenKind.SYMBOL, open(), depth + 1);
        value = lacksValue(field, nested) ? null : nested.buildPartial();
      } else {
        value = values.read(field);
      }
      if (value != null && field.isRepeated()) {
        message.addRepeatedField(field, value);
      } else if (value != null) {
        message.setField(field, value);
      }
    }

    /** Returns whether this is a map entry whose value was left out, because the enum lacks it. */
    private boolean lacksValue(FieldDescriptor field, DynamicMessage.Builder entry) {
      if (!allowUnknown || !field.isMapField()) {
        return false;
      }
      FieldDescriptor value = field.getMessageType().findFieldByNumber(2);
      return value.getJavaType() == JavaType.ENUM && !entry.hasField(value);
    }

    /** Consumes the opening bracket of a message and returns the closing one. */
    private char open() throws TextFormatException {
      if (tokens.accept('{')) {
        return '}';
      } else if (tokens.accept('<')) {
        return '>';
      }
      throw tokens.error(tokens.peek(), "expected '{', got " + tokens.peek().shown());
    }

    private void any(DynamicMessage.Builder any, Name url, int depth) throws TextFormatException {
      Descriptor type = any.getDescriptorForType();
      FieldDescriptor typeUrl = type.findFieldByName("type_url");
      FieldDescriptor value = type.findFieldByName("value");
      if (!type.getFullName().equals("google.protobuf.Any") || typeUrl == null || value == null) {
        throw tokens.error(
            url.start(), url.shown() + " is permitted only in a google.protobuf.Any");
      }
      if (any.hasField(typeUrl) || any.hasField(value)) {
        throw tokens.error(url.start(), url.shown() + " cannot be combined with other fields");
      }
      String name = url.text().substring(url.text().lastIndexOf('/') + 1);
      Descriptor content = types.message(name);
      if (content == null) {
        throw tokens.error(
            url.start(), "no type '" + name + "' in the schema: give type_url and value");
      }
      tokens.accept(':');
      DynamicMessage.Builder packed = DynamicMessage.newBuilder(content);
      fields(packed, TokenKind.SYMBOL, open(), depth + 1);
      any.setField(typeUrl, url.text());
      any.setField(value, packed.buildPartial().toByteString());
    }

    private Name name() throws TextFormatException {
      TextToken start = tokens.next();
      if (start.is('[')) {
        StringBuilder text = new StringBuilder();
        while (!tokens.accept(']')) {
          TextToken part = tokens.next();
          boolean fits =
              part.kind() == TokenKind.IDENTIFIER
                  || part.kind() == TokenKind.NUMBER
                  || part.is('.')
                  || part.is('/')
                  || part.is('-');
          if (!fits) {
            throw tokens.error(part, "expected ']', got " + part.shown());
          }
          text.append(part.text());
        }
        return new Name(start, text.toString(), true);
      }
      if (start.kind() != TokenKind.IDENTIFIER && start.kind() != TokenKind.NUMBER) {
        throw tokens.error(start, "expected a field, got " + start.shown());
      }
      return new Name(start, start.text(), false);
    }

    /** Skips the value of an unknown field. */
    private void skipField() throws TextFormatException {
      boolean colon = tokens.accept(':');
      TextToken value = tokens.peek();
      if (!colon && !value.is('{') && !value.is('<') && !value.is('[')) {
        throw tokens.error(value, "expected ':' or '{', got " + value.shown());
      }
      skipValue(0);
    }

    private void skipValue(int depth) throws TextFormatException {
      TextToken start = tokens.peek();
      if (depth > RequestReader.MAX_NESTING) {
        throw tokens.error(start, "nested more than " + RequestReader.MAX_NESTING + " deep");
      }
      if (tokens.accept('[')) {
        boolean more = !tokens.accept(']');
        while (more) {
          skipValue(depth + 1);
          more = tokens.accept(',');
          if (!more) {
            tokens.expect(']');
          }
        }
      } else if (start.is('{') || start.is('<')) {
        char close = open();
        while (!tokens.accept(close)) {
          skipNested(depth);
        }
      } else if (start.kind() == TokenKind.STRING) {
        StringLiteral.read(tokens);
      } else {
        tokens.accept('-');
        TextToken value = tokens.next();
        if (value.kind() != TokenKind.NUMBER && value.kind() != TokenKind.IDENTIFIER) {
          throw tokens.error(value, "expected a value, got " + value.shown());
        }
      }
    }

    private void skipNested(int depth) throws TextFormatException {
      name();
      tokens.accept(':');
      skipValue(depth + 1);
      if (!tokens.accept(',')) {
        tokens.accept(';');
      }
    }
  }

  /** Returns the field with this name; a group is also found by the name of its type. */
  private static @Nullable FieldDescriptor find(Descriptor type, String name) {
    FieldDescriptor field = type.findFieldByName(name);
    if (field != null) {
      return field;
    }
    for (FieldDescriptor group : type.getFields()) {
      if (group.getType() == FieldDescriptor.Type.GROUP
          && group.getMessageType().getName().equals(name)
          && group.getMessageType().getContainingType() == type
          && group.getName().equalsIgnoreCase(name)) {
        return group;
      }
    }
    return null;
  }

  private static boolean isReserved(Descriptor type, Name name) {
    return !name.bracketed() && type.isReservedName(name.text());
  }

  private static String unknown(Descriptor type, Name name) {
    if (name.bracketed()) {
      return "no extension " + name.shown() + " of " + type.getFullName() + " in the schema";
    }
    List<String> names = new ArrayList<>();
    type.getFields().forEach(field -> names.add(field.getName()));
    return "no field %s in %s%s"
        .formatted(name.shown(), type.getFullName(), Nearest.orAll(name.text(), names, "it has"));
  }
}
