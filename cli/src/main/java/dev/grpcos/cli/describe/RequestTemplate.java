package dev.grpcos.cli.describe;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.OneofDescriptor;
import dev.grpcos.cli.failure.CliException;
import dev.grpcos.gateway.json.EncodedFields;
import dev.grpcos.gateway.json.JsonNames;
import dev.grpcos.gateway.json.JsonText;
import dev.grpcos.gateway.json.WellKnown;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A request as a JSON template, valid as input, whose values are defaults: sent as it is, it sets
 * nothing but empty messages.
 *
 * <p>A message is an object with its fields. Lists and maps are empty. Other fields with presence
 * are {@code null}, which leaves them unset, unless they are required; the fields of a oneof are
 * left out unless one is chosen. A message inside itself is {@code null} too, and so are messages
 * deeper than {@value #MAX_DEPTH}; fields after the first {@value #MAX_FIELDS} are left out: types
 * that use each other twice at each level would otherwise grow without bound.
 */
public final class RequestTemplate {
  private static final int MAX_DEPTH = 32;
  private static final int MAX_FIELDS = 10_000;
  private static final int MAX_ENUM_VALUES = 40;

  private final TemplateForm form;
  private final Map<FileDescriptor, SourceInfo> sources = new HashMap<>();
  private final Deque<String> path = new ArrayDeque<>();
  private final Set<String> chosen = new HashSet<>();
  private final Set<String> oneofs = new TreeSet<>();
  private int fields;

  private RequestTemplate(TemplateForm form) {
    this.form = form;
  }

  /**
   * Returns the template, indented, without a line feed at its end.
   *
   * @param encoded bytes fields that are shown as the messages they hold
   * @throws CliException USAGE if a choice names no oneof of the template, or no field of it
   */
  public static String of(Descriptor message, EncodedFields encoded, TemplateForm form) {
    RequestTemplate template = new RequestTemplate(form);
    List<String> lines =
        WellKnown.of(message).hasOwnForm()
            ? List.of(sample(message))
            : template.object(message, encoded);
    template.requireChosen();
    return String.join("\n", lines);
  }

  private void requireChosen() {
    for (Map.Entry<String, String> choice : form.choices().entrySet()) {
      if (!chosen.contains(choice.getKey())) {
        throw CliException.usage(
            "no oneof '%s' in the template: %s",
            choice.getKey(),
            oneofs.isEmpty() ? "it has none" : "it has " + String.join(", ", oneofs));
      }
    }
  }

  private List<String> object(Descriptor message, EncodedFields place) {
    path.push(message.getFullName());
    TemplateBlock block = new TemplateBlock(form.comments());
    Set<OneofDescriptor> shown = new HashSet<>();
    for (FieldDescriptor field : message.getFields()) {
      OneofDescriptor oneof = field.getRealContainingOneof();
      if (fields >= MAX_FIELDS) {
        break;
      } else if (oneof == null) {
        addField(field, place.inside(field), block);
      } else if (shown.add(oneof)) {
        addOneof(oneof, place, block);
      }
    }
    path.pop();
    return block.lines('{', '}');
  }

  private void addOneof(OneofDescriptor oneof, EncodedFields place, TemplateBlock block) {
    oneofs.add(oneof.getName());
    FieldDescriptor choice = choice(oneof);
    List<String> heading = new ArrayList<>(notes(oneof));
    heading.add("One of " + oneof.getName() + ":");
    for (FieldDescriptor field : oneof.getFields()) {
      if (field != choice && !form.comments()) {
        continue;
      }
      fields++;
      heading.addAll(notes(field));
      List<String> lines = named(field, sample(field, place.inside(field)));
      if (field == choice) {
        block.add(heading, lines, remark(field));
      } else {
        block.offer(heading, lines, remark(field));
      }
      heading = new ArrayList<>();
    }
  }

  private @Nullable FieldDescriptor choice(OneofDescriptor oneof) {
    String name = null;
    for (String known : List.of(oneof.getName(), oneof.getFullName())) {
      if (form.choices().containsKey(known)) {
        chosen.add(known);
        name = form.choices().get(known);
      }
    }
    if (name == null) {
      return null;
    }
    for (FieldDescriptor field : oneof.getFields()) {
      if (name.equals(field.getName()) || name.equals(field.getJsonName())) {
        return field;
      }
    }
    throw CliException.usage(
        "the oneof %s has no field '%s': it has %s",
        oneof.getName(),
        name,
        oneof.getFields().stream().map(FieldDescriptor::getName).collect(Collectors.joining(", ")));
  }

  private void addField(FieldDescriptor field, EncodedFields place, TemplateBlock block) {
    fields++;
    Descriptor entry = FieldSyntax.mapEntry(field);
    if (entry != null) {
      block.add(notes(field), named(field, map(entry, place)), mapRemark(entry, place));
    } else if (field.isRepeated()) {
      boolean messages = isObject(field, place);
      block.add(notes(field), named(field, list(field, place)), messages ? "" : listRemark(field));
    } else if (isObject(field, place) && !isCut(message(field, place))) {
      block.add(notes(field), named(field, object(message(field, place), place)), "");
    } else if (!field.hasPresence() || field.isRequired()) {
      block.add(notes(field), named(field, sample(field, place)), remark(field));
    } else if (readsNull(field)) {
      block.offer(notes(field), named(field, List.of("null")), remark(field));
    } else {
      block.add(notes(field), named(field, List.of("null")), optionalRemark(field));
    }
  }

  private List<String> map(Descriptor entry, EncodedFields place) {
    FieldDescriptor value = entry.findFieldByNumber(2);
    TemplateBlock block = new TemplateBlock(form.comments());
    if (form.comments() && isObject(value, place)) {
      String key =
          switch (entry.findFieldByNumber(1).getJavaType()) {
            case BOOLEAN -> "false";
            case INT, LONG -> "0";
            default -> "";
          };
      block.offer(List.of(), named(key, sample(value, place)), "");
    }
    return block.lines('{', '}');
  }

  private List<String> list(FieldDescriptor field, EncodedFields place) {
    TemplateBlock block = new TemplateBlock(form.comments());
    if (form.comments() && isObject(field, place)) {
      block.offer(List.of(), sample(field, place), "");
    }
    return block.lines('[', ']');
  }

  /** Returns whether a field's values are written as objects of their fields. */
  private static boolean isObject(FieldDescriptor field, EncodedFields place) {
    return (field.getJavaType() == JavaType.MESSAGE || place.content() != null)
        && !WellKnown.of(message(field, place)).hasOwnForm();
  }

  /** Returns the message in a field that has one, also as bytes. */
  private static Descriptor message(FieldDescriptor field, EncodedFields place) {
    Descriptor content = place.content();
    return content == null ? field.getMessageType() : content;
  }

  private boolean isCut(Descriptor message) {
    return path.size() >= MAX_DEPTH || fields >= MAX_FIELDS || path.contains(message.getFullName());
  }

  /** Returns whether {@code null} is a value of the field, and does not leave it unset. */
  private static boolean readsNull(FieldDescriptor field) {
    return switch (field.getJavaType()) {
      case MESSAGE -> WellKnown.of(field.getMessageType()) == WellKnown.VALUE;
      case ENUM -> isNullValue(field.getEnumType());
      default -> false;
    };
  }

  private static boolean isNullValue(EnumDescriptor type) {
    return type.getFullName().equals("google.protobuf.NullValue");
  }

  /** Returns a value that sets the field. */
  private List<String> sample(FieldDescriptor field, EncodedFields place) {
    if (isObject(field, place)) {
      Descriptor message = message(field, place);
      return isCut(message) ? List.of("{}") : object(message, place);
    }
    return List.of(
        switch (field.getJavaType()) {
          case MESSAGE -> sample(field.getMessageType());
          case ENUM -> sample(field.getEnumType());
          case BOOLEAN -> "false";
          case INT, FLOAT, DOUBLE -> "0";
          // Strings, because JSON numbers have 53 bits only.
          case LONG -> "\"0\"";
          case STRING -> "\"\"";
          case BYTE_STRING -> place.content() == null ? "\"\"" : sample(place.content());
        });
  }

  private static String sample(EnumDescriptor type) {
    if (isNullValue(type)) {
      return "null";
    }
    return type.getValues().isEmpty()
        ? "0" // its file is missing
        : quoted(type.getValue(0).getName());
  }

  /** Returns a value of a message whose JSON is not an object of its fields. */
  private static String sample(Descriptor message) {
    return switch (WellKnown.of(message)) {
      case ANY -> "{\"@type\": \"type.googleapis.com/google.protobuf.Empty\"}";
      case UNKNOWN -> "{\"@value\": \"\"}";
      case TIMESTAMP -> "\"1970-01-01T00:00:00Z\"";
      case DURATION -> "\"0s\"";
      case FIELD_MASK, STRING_VALUE, BYTES_VALUE -> "\"\"";
      case VALUE -> "null";
      case LIST_VALUE -> "[]";
      case BOOL_VALUE -> "false";
      case INT64_VALUE, UINT64_VALUE -> "\"0\"";
      case INT32_VALUE, UINT32_VALUE, FLOAT_VALUE, DOUBLE_VALUE -> "0";
      case STRUCT, EMPTY, NONE -> "{}";
    };
  }

  private List<String> named(FieldDescriptor field, List<String> value) {
    JsonNames names = JsonNames.of(field.getContainingType());
    return named(form.protoNames() ? names.protoName(field) : names.name(field), value);
  }

  private static List<String> named(String name, List<String> value) {
    List<String> lines = new ArrayList<>(value);
    lines.set(0, quoted(name) + ": " + value.get(0));
    return lines;
  }

  private static String quoted(String text) {
    JsonText json = new JsonText();
    json.quoted(text);
    return json.toString();
  }

  /** Returns the possible values, unless the JSON of the value shows them. */
  private static String remark(FieldDescriptor field) {
    return switch (field.getJavaType()) {
      case MESSAGE -> {
        WellKnown kind = WellKnown.of(field.getMessageType());
        yield kind.hasOwnForm() ? kind.form() : "";
      }
      case ENUM -> values(field.getEnumType());
      case BYTE_STRING -> "bytes in base64";
      case LONG -> FieldSyntax.scalar(field);
      default -> "";
    };
  }

  private static String optionalRemark(FieldDescriptor field) {
    String remark = remark(field);
    String type = field.getJavaType() == JavaType.MESSAGE ? "" : FieldSyntax.scalar(field);
    if (remark.isEmpty()) {
      remark = type.isEmpty() ? field.getMessageType().getFullName() : type;
    }
    return "optional: "
        + remark
        + (field.toProto().hasDefaultValue()
            ? "; default " + quoted(field.toProto().getDefaultValue())
            : "");
  }

  private static String listRemark(FieldDescriptor field) {
    String remark = remark(field);
    return "a list of " + (remark.isEmpty() ? FieldSyntax.scalar(field) : remark);
  }

  private static String mapRemark(Descriptor entry, EncodedFields place) {
    FieldDescriptor value = entry.findFieldByNumber(2);
    if (isObject(value, place)) {
      return "";
    }
    String remark = remark(value);
    return "a map from "
        + FieldSyntax.scalar(entry.findFieldByNumber(1))
        + " to "
        + (remark.isEmpty() ? FieldSyntax.scalar(value) : remark);
  }

  private static String values(EnumDescriptor type) {
    if (isNullValue(type)) {
      return "null";
    }
    List<EnumValueDescriptor> values = type.getValues();
    String names =
        values.stream()
            .limit(MAX_ENUM_VALUES)
            .map(EnumValueDescriptor::getName)
            .collect(Collectors.joining(" | "));
    return values.size() > MAX_ENUM_VALUES
        ? names + " | %d more".formatted(values.size() - MAX_ENUM_VALUES)
        : names;
  }

  private List<String> notes(FieldDescriptor field) {
    return form.comments()
        ? lines(source(field.getFile()).comments(SourcePath.of(field)))
        : List.of();
  }

  private List<String> notes(OneofDescriptor oneof) {
    return form.comments()
        ? lines(source(oneof.getFile()).comments(SourcePath.of(oneof)))
        : List.of();
  }

  private SourceInfo source(FileDescriptor file) {
    return sources.computeIfAbsent(
        file, unread -> new SourceInfo(unread.toProto().getSourceCodeInfo()));
  }

  private static List<String> lines(Comments comments) {
    return comments.text().lines().toList();
  }
}
