package dev.grpcos.cli.grpcurl;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.UnknownFieldSet;
import dev.grpcos.gateway.json.Extensions;
import dev.grpcos.gateway.json.Types;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Messages in protobuf's text format, in the form of grpcurl: one line for each field, and nested
 * messages in angle brackets. After the first message, each follows a record separator if the
 * output may be the input of another command.
 */
final class GrpcurlText implements GrpcurlFormat {
  private static final char SEPARATOR = '\u001e';

  private final Types types;
  private final boolean separated;
  private boolean first = true;

  /** Creates a writer. {@code types} resolves extensions. */
  GrpcurlText(Types types, boolean separated) {
    this.types = types;
    this.separated = separated;
  }

  @Override
  public String of(Message message) {
    StringBuilder text = new StringBuilder();
    if (separated && !first) {
      text.append(SEPARATOR);
    }
    first = false;
    new FieldLines("\n", text).fields(Extensions.namedThroughout(message, types));
    return text.toString();
  }

  /**
   * The fields of one message.
   *
   * @param line the line feed and the indentation between fields
   */
  private record FieldLines(String line, StringBuilder text) {
    void fields(Message message) {
      int start = text.length();
      Map<Integer, FieldDescriptor> known = new TreeMap<>();
      message.getAllFields().keySet().forEach(field -> known.put(field.getNumber(), field));
      for (FieldDescriptor field : known.values()) {
        Object value = message.getField(field);
        if (field.isMapField()) {
          FieldDescriptor keys = field.getMessageType().findFieldByNumber(1);
          for (Message entry : MapEntryOrder.sorted(keys, (List<?>) value)) {
            next(start);
            text.append(name(field)).append(": ");
            nested('<', '>', inner -> inner.entry(entry));
          }
        } else if (field.isRepeated()) {
          for (Object element : (List<?>) value) {
            next(start);
            field(field, element);
          }
        } else {
          next(start);
          field(field, value);
        }
      }
      unknown(message.getUnknownFields(), start);
    }

    private void next(int start) {
      text.append(text.length() == start ? "" : line);
    }

    private void entry(Message entry) {
      int start = text.length();
      for (FieldDescriptor field : entry.getDescriptorForType().getFields()) {
        next(start);
        field(field, entry.getField(field));
      }
    }

    private void nested(char open, char close, Consumer<FieldLines> body) {
      FieldLines inner = new FieldLines(line + "  ", text);
      text.append(open).append(inner.line());
      body.accept(inner);
      text.append(line).append(close);
    }

    private static String name(FieldDescriptor field) {
      boolean group = field.getType() == FieldDescriptor.Type.GROUP;
      if (field.isExtension()) {
        return "[" + (group ? field.getMessageType().getFullName() : field.getFullName()) + "]";
      }
      return group ? field.getMessageType().getName() : field.getName();
    }

    private void field(FieldDescriptor field, Object value) {
      text.append(name(field));
      if (field.getType() == FieldDescriptor.Type.GROUP) {
        nested('{', '}', inner -> inner.fields((Message) value));
        return;
      }
      text.append(": ");
      switch (field.getType()) {
        case UINT32, FIXED32 -> text.append(Integer.toUnsignedString((Integer) value));
        case UINT64, FIXED64 -> text.append(Long.toUnsignedString((Long) value));
        case FLOAT -> {
          float number = (Float) value;
          text.append(Float.isFinite(number) ? GoNumbers.shortest(number) : special(number));
        }
        case DOUBLE -> {
          double number = (Double) value;
          text.append(Double.isFinite(number) ? GoNumbers.shortest(number) : special(number));
        }
        case STRING -> string(((String) value).getBytes(StandardCharsets.UTF_8));
        case BYTES -> string(((ByteString) value).toByteArray());
        case ENUM -> {
          EnumValueDescriptor constant = (EnumValueDescriptor) value;
          text.append(
              constant.getIndex() < 0
                  ? Integer.toString(constant.getNumber())
                  : constant.getName());
        }
        case MESSAGE -> nested('<', '>', inner -> inner.fields((Message) value));
        default -> text.append(value);
      }
    }

    private static String special(double number) {
      return Double.isNaN(number) ? "nan" : number > 0 ? "inf" : "-inf";
    }

    private void string(byte[] bytes) {
      text.append('"');
      for (byte b : bytes) {
        char c = (char) (b & 0xff);
        switch (c) {
          case '\n' -> text.append("\\n");
          case '\r' -> text.append("\\r");
          case '\t' -> text.append("\\t");
          case '"', '\\' -> text.append('\\').append(c);
          default -> text.append(c >= ' ' && c < 0x7f ? c : "\\%03o".formatted((int) c));
        }
      }
      text.append('"');
    }

    private void unknown(UnknownFieldSet fields, int start) {
      fields
          .asMap()
          .forEach(
              (number, field) -> {
                field.getVarintList().forEach(value -> unsigned(number, value, start));
                field
                    .getFixed32List()
                    .forEach(value -> unsigned(number, Integer.toUnsignedLong(value), start));
                field.getFixed64List().forEach(value -> unsigned(number, value, start));
                for (ByteString bytes : field.getLengthDelimitedList()) {
                  next(start);
                  text.append(number).append(": ");
                  string(bytes.toByteArray());
                }
                for (UnknownFieldSet group : field.getGroupList()) {
                  next(start);
                  text.append(number);
                  nested('{', '}', inner -> inner.unknown(group, text.length()));
                }
              });
    }

    private void unsigned(int number, long value, int start) {
      next(start);
      text.append(number).append(": ").append(Long.toUnsignedString(value));
    }
  }
}
