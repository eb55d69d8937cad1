package dev.grpcos.cli.grpcurl;

import java.util.List;
import java.util.Map;

/** A JSON value, which is printed with one line for each member and element. */
sealed interface GrpcurlJsonValue {
  /** A value without parts, as text. */
  record JsonLeaf(String text) implements GrpcurlJsonValue {}

  record JsonElements(List<GrpcurlJsonValue> values) implements GrpcurlJsonValue {}

  /** An object; the keys are not quoted. */
  record JsonMembers(Map<String, GrpcurlJsonValue> values) implements GrpcurlJsonValue {}

  /** Returns a string, in which characters with a meaning in HTML are escaped. */
  static JsonLeaf string(String value) {
    return new JsonLeaf(quoted(value));
  }

  /** Returns the value as text, indented by two spaces for each level. */
  default String text() {
    StringBuilder text = new StringBuilder();
    append(this, "\n", text);
    return text.toString();
  }

  /** Returns the value as text on one line. */
  default String line() {
    StringBuilder text = new StringBuilder();
    append(this, "", text);
    return text.toString();
  }

  private static void append(GrpcurlJsonValue value, String line, StringBuilder text) {
    String inner = line.isEmpty() ? "" : line + "  ";
    boolean first = true;
    if (value instanceof JsonLeaf scalar) {
      text.append(scalar.text());
    } else if (value instanceof JsonElements elements) {
      text.append('[');
      for (GrpcurlJsonValue element : elements.values()) {
        text.append(first ? "" : ",").append(inner);
        append(element, inner, text);
        first = false;
      }
      text.append(first ? "" : line).append(']');
    } else if (value instanceof JsonMembers members) {
      text.append('{');
      for (Map.Entry<String, GrpcurlJsonValue> member : members.values().entrySet()) {
        text.append(first ? "" : ",").append(inner).append(quoted(member.getKey()));
        text.append(line.isEmpty() ? ":" : ": ");
        append(member.getValue(), inner, text);
        first = false;
      }
      text.append(first ? "" : line).append('}');
    }
  }

  private static String quoted(String value) {
    StringBuilder text = new StringBuilder(value.length() + 2).append('"');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '"', '\\' -> text.append('\\').append(c);
        case '\b' -> text.append("\\b");
        case '\f' -> text.append("\\f");
        case '\n' -> text.append("\\n");
        case '\r' -> text.append("\\r");
        case '\t' -> text.append("\\t");
        case '<', '>', '&', '\u2028', '\u2029' -> text.append("\\u%04x".formatted((int) c));
        default -> text.append(c < ' ' ? "\\u%04x".formatted((int) c) : String.valueOf(c));
      }
    }
    return text.append('"').toString();
  }
}
