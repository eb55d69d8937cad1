package dev.grpcos.cli.describe;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.TextFormat;
import dev.grpcos.gateway.text.PrintableText;

/** Values in the syntax that protoc reads. */
public final class Literals {
  private Literals() {}

  /** Returns the literal for the value of a field that is not a message. */
  public static String of(Object value, boolean unsigned) {
    if (value instanceof String string) {
      return quoted(string);
    } else if (value instanceof ByteString bytes) {
      return '"' + TextFormat.escapeBytes(bytes) + '"';
    } else if (value instanceof EnumValueDescriptor constant) {
      return constant.getName();
    } else if (value instanceof Integer number && unsigned) {
      return Integer.toUnsignedString(number);
    } else if (value instanceof Long number && unsigned) {
      return Long.toUnsignedString(number);
    }
    return switch (value.toString()) {
      case "Infinity" -> "inf";
      case "-Infinity" -> "-inf";
      case "NaN" -> "nan";
      default -> value.toString();
    };
  }

  /** Returns a string in quotes, with escapes. */
  public static String quoted(String string) {
    StringBuilder result = new StringBuilder("\"");
    for (int i = 0; i < string.length(); i++) {
      char c = string.charAt(i);
      switch (c) {
        case '"' -> result.append("\\\"");
        case '\\' -> result.append("\\\\");
        case '\n' -> result.append("\\n");
        case '\r' -> result.append("\\r");
        case '\t' -> result.append("\\t");
        default -> {
          if (c < ' ' || c == 0x7f) {
            result.append(String.format("\\%03o", (int) c));
          } else if (PrintableText.isUnsafe(c)) {
            result.append(PrintableText.escape(c));
          } else {
            result.append(c);
          }
        }
      }
    }
    return result.append('"').toString();
  }
}
