package dev.grpcos.cli.grpcurl;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import dev.grpcos.cli.describe.Literals;
import dev.grpcos.cli.describe.OptionReader;
import dev.grpcos.gateway.text.PrintableText;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The options of declarations, in the layout of grpcurl. */
final class GrpcurlOptions {
  /** The longest literal of a message, or list of options, on one line. */
  private static final int MAX_INLINE = 50;

  private static final int MAX_INLINE_OPTIONS = 3;

  private static final Comparator<FieldDescriptor> BY_NUMBER =
      Comparator.comparingInt(FieldDescriptor::getNumber);

  /** Built-in options first, each kind by name. */
  private static final Comparator<GrpcurlOption> ORDER =
      Comparator.comparing((GrpcurlOption option) -> option.name().startsWith("("))
          .thenComparing(GrpcurlOption::name);

  private final OptionReader reader;

  GrpcurlOptions(OptionReader reader) {
    this.reader = reader;
  }

  /**
   * An option.
   *
   * @param value the value of a field, or text
   * @param field the option's field; null if the value is text
   */
  record GrpcurlOption(String name, Object value, @Nullable FieldDescriptor field) {
    /** Returns an assignment; a message that does not fit has several lines. */
    String text(String line) {
      String literal =
          field == null
              ? value.toString()
              : value instanceof Message message ? literal(message, line) : scalar(field, value);
      return name + " = " + literal;
    }
  }

  /** Returns the options that the available files declare, sorted. */
  List<GrpcurlOption> of(Message options, List<GrpcurlOption> others) {
    List<GrpcurlOption> all = new ArrayList<>(others);
    try {
      for (Map.Entry<FieldDescriptor, Object> entry :
          reader.typed(options).getAllFields().entrySet()) {
        FieldDescriptor field = entry.getKey();
        String name = field.isExtension() ? "(." + field.getFullName() + ")" : field.getName();
        if (field.isRepeated()) {
          ((List<?>) entry.getValue())
              .forEach(value -> all.add(new GrpcurlOption(name, value, field)));
        } else {
          all.add(new GrpcurlOption(name, entry.getValue(), field));
        }
      }
    } catch (InvalidProtocolBufferException e) {
      return all; // invalid options are left out, as those without a declaration
    }
    all.removeIf(option -> option.name().equals("uninterpreted_option"));
    all.sort(ORDER);
    return all;
  }

  /**
   * Returns options in brackets after a space, or an empty text if there are none.
   *
   * @param line the line feed and the indentation of the declaration
   */
  static String bracketed(List<GrpcurlOption> options, String line) {
    if (options.isEmpty()) {
      return "";
    }
    String inline = String.join(", ", options.stream().map(option -> option.text("")).toList());
    if (options.size() <= MAX_INLINE_OPTIONS && inline.length() <= MAX_INLINE) {
      return " [" + inline + "]";
    }
    String inner = line + "  ";
    return " ["
        + inner
        + String.join("," + inner, options.stream().map(option -> option.text(inner)).toList())
        + line
        + "]";
  }

  private static String scalar(FieldDescriptor field, Object value) {
    return switch (field.getType()) {
      case FLOAT, DOUBLE -> GoNumbers.fixed(((Number) value).doubleValue());
      default -> Literals.of(value, isUnsigned(field));
    };
  }

  private static boolean isUnsigned(FieldDescriptor field) {
    return switch (field.getType()) {
      case UINT32, UINT64, FIXED32, FIXED64 -> true;
      default -> false;
    };
  }

  /**
   * Returns a message, on one line if it fits.
   *
   * @param line the line feed and the indentation of the text before it; empty for one line
   */
  private static String literal(Message message, String line) {
    Map<FieldDescriptor, Object> fields = new TreeMap<>(BY_NUMBER);
    fields.putAll(message.getAllFields());
    List<String> parts = new ArrayList<>();
    String inner = line.isEmpty() ? "" : line + "  ";
    fields.forEach(
        (field, value) ->
            parts.add(
                (field.isExtension() ? "[." + field.getFullName() + "]" : field.getName())
                    + ": "
                    + value(field, value, inner)));
    String text = group('{', parts, inner, line, '}');
    return line.isEmpty() ? text : fitting(literal(message, ""), text);
  }

  private static String value(FieldDescriptor field, Object value, String line) {
    if (!field.isRepeated()) {
      return value instanceof Message nested ? literal(nested, line) : scalar(field, value);
    }
    String inner = line.isEmpty() ? "" : line + "  ";
    List<String> parts = new ArrayList<>();
    for (Object element : (List<?>) value) {
      parts.add(
          element instanceof Message nested ? literal(nested, inner) : scalar(field, element));
    }
    String text = group('[', parts, inner, line, ']');
    return line.isEmpty() ? text : fitting(value(field, value, ""), text);
  }

  private static String group(
      char open, List<String> parts, String inner, String line, char close) {
    String before = inner.isEmpty() ? " " : inner;
    StringBuilder text = new StringBuilder().append(open);
    for (int i = 0; i < parts.size(); i++) {
      text.append(i == 0 ? "" : ",").append(before).append(parts.get(i));
    }
    return PrintableText.lines(text.append(line.isEmpty() ? " " : line).append(close).toString());
  }

  /** Returns the text on one line if it is short or has too few parts for several lines. */
  private static String fitting(String inline, String expanded) {
    long commas = inline.chars().filter(c -> c == ',').count();
    long nested = inline.chars().filter(c -> c == '{').count() - 1;
    return (commas <= 1 && nested == 0) || inline.length() <= MAX_INLINE ? inline : expanded;
  }
}
