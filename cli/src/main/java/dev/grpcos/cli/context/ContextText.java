package dev.grpcos.cli.context;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Duration;
import com.google.protobuf.Message;
import dev.grpcos.gateway.json.Redaction;
import dev.grpcos.gateway.text.DurationText;
import dev.grpcos.gateway.text.PrintableText;
import dev.grpcos.proto.config.v1.BoundsProto;
import dev.grpcos.proto.config.v1.Context;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Writes a context in the form of its file, without possible secrets. */
public final class ContextText {
  /** The user and password of a URL; a password may contain a slash or an at sign. */
  private static final Pattern LOGIN = Pattern.compile("(?<=://).*@");

  private final List<String> lines = new ArrayList<>();

  private ContextText() {}

  /** Returns the text without the user and password of a URL. */
  public static String withoutLogin(String text) {
    return LOGIN.matcher(text).replaceAll("...@");
  }

  /** Returns the lines. Values that are the default are left out. */
  public static List<String> lines(Context context) {
    ContextText text = new ContextText();
    text.fields(context, "");
    return text.lines;
  }

  private void fields(Message message, String indent) {
    for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
      if (field.isMapField()) {
        entries(message, field, indent);
      } else if (field.isRepeated()) {
        if (message.getRepeatedFieldCount(field) > 0) {
          lines.add(indent + field.getName() + ": " + list(message, field));
        }
      } else if (isGiven(message, field)) {
        value(field.getName(), field, message.getField(field), indent);
      }
    }
  }

  private static boolean isGiven(Message message, FieldDescriptor field) {
    String usual = field.getOptions().getExtension(BoundsProto.bounds).getDefault();
    return field.getJavaType() == FieldDescriptor.JavaType.MESSAGE
        ? message.hasField(field)
            && !(message.getField(field) instanceof Duration time && isUsual(time, usual))
        : !message.getField(field).equals(field.getDefaultValue())
            && !message.getField(field).toString().equals(usual);
  }

  private void entries(Message message, FieldDescriptor map, String indent) {
    if (message.getRepeatedFieldCount(map) == 0) {
      return;
    }
    lines.add(indent + map.getName() + ":");
    FieldDescriptor key = map.getMessageType().findFieldByNumber(1);
    FieldDescriptor content = map.getMessageType().findFieldByNumber(2);
    for (int i = 0; i < message.getRepeatedFieldCount(map); i++) {
      Message entry = (Message) message.getRepeatedField(map, i);
      value(String.valueOf(entry.getField(key)), content, entry.getField(content), indent + "  ");
    }
  }

  private void value(String name, FieldDescriptor field, Object value, String indent) {
    if (value instanceof Duration time) {
      lines.add(indent + name + ": " + text(time));
    } else if (value instanceof Message group) {
      lines.add(indent + name + ":");
      fields(group, indent + "  ");
    } else {
      boolean header = field.getContainingType().getOptions().getMapEntry();
      String text = withoutLogin(String.valueOf(value));
      lines.add(
          indent
              + name
              + ": "
              + (header && Redaction.isSecret(name) ? Redaction.HIDDEN : quoted(text)));
    }
  }

  private static String list(Message message, FieldDescriptor field) {
    List<String> items = new ArrayList<>();
    for (int i = 0; i < message.getRepeatedFieldCount(field); i++) {
      if (i == 1 && field.getName().equals("command")) {
        items.add("..."); // arguments may be secrets
        break;
      }
      items.add(quoted(withoutLogin(String.valueOf(message.getRepeatedField(field, i)))));
    }
    return "[" + String.join(", ", items) + "]";
  }

  private static String quoted(String text) {
    return text.matches("[A-Za-z0-9_./@-][A-Za-z0-9_./@:-]*[A-Za-z0-9_./@-]|[A-Za-z0-9]")
        ? text
        : "\"" + PrintableText.line(text).replace("\"", "\\\"") + "\"";
  }

  private static boolean isUsual(Duration time, String usual) {
    return DurationText.parse(usual).filter(of(time)::equals).isPresent();
  }

  private static java.time.Duration of(Duration time) {
    return java.time.Duration.ofSeconds(time.getSeconds(), time.getNanos());
  }

  private static String text(Duration time) {
    return DurationText.of(of(time));
  }
}
