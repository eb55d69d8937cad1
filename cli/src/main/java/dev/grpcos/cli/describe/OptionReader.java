package dev.grpcos.cli.describe;

import com.google.protobuf.DescriptorProtos;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.ExtensionRegistry;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.TextFormat;
import com.google.protobuf.UnknownFieldSet;
import dev.grpcos.gateway.text.PrintableText;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Turns the options of a declaration into proto syntax, including custom options.
 *
 * <p>A custom option is an extension, which only the file that declares it can decode. The direct
 * and indirect imports of the file are searched; an option that none of them declares is omitted
 * and named.
 */
public final class OptionReader {
  private static final String DESCRIPTOR_FILE = "google/protobuf/descriptor.proto";
  private static final String FEATURES = "features";

  private final ExtensionRegistry extensions = ExtensionRegistry.newInstance();
  private final Set<String> seen = new HashSet<>();

  /**
   * The options messages of the schema's own {@code descriptor.proto}, which the extensions extend.
   */
  private final Map<String, Descriptor> optionsTypes = new HashMap<>();

  /**
   * Creates a reader of the options in a file.
   *
   * @param optionImports further files to search
   */
  public OptionReader(FileDescriptor file, Collection<FileDescriptor> optionImports) {
    add(file);
    optionImports.forEach(this::add);
    if (optionsTypes.isEmpty()) {
      add(DescriptorProtos.getDescriptor());
    }
  }

  /** An option with its name and value; the value of a message also on several lines. */
  record OptionValue(int number, int index, String name, String value, List<String> lines) {
    String inline() {
      return name + " = " + value;
    }

    List<String> statement() {
      List<String> result = new ArrayList<>(lines);
      result.set(0, "option " + name + " = " + result.get(0));
      result.set(result.size() - 1, result.get(result.size() - 1) + ";");
      return result;
    }
  }

  /** The options that could be read, and a remark for each that could not. */
  record Options(List<OptionValue> known, List<String> remarks) {}

  Options read(Message options) {
    List<OptionValue> known = new ArrayList<>();
    List<String> remarks = new ArrayList<>();
    try {
      read("", readable(typed(options), "", remarks), null, known);
    } catch (InvalidProtocolBufferException e) {
      String type = options.getDescriptorForType().getFullName();
      remarks.add("left out: options that are not valid " + type + ": " + e.getMessage());
    }
    return new Options(known, remarks);
  }

  /** Returns the options with the extensions that the searched files declare. */
  public Message typed(Message options) throws InvalidProtocolBufferException {
    Descriptor type = options.getDescriptorForType();
    return DynamicMessage.newBuilder(optionsTypes.getOrDefault(type.getFullName(), type))
        .mergeFrom(options.toByteString(), extensions)
        .buildPartial();
  }

  private static void read(
      String prefix, Message message, @Nullable Integer number, List<OptionValue> result) {
    message
        .getAllFields()
        .forEach(
            (field, value) -> {
              String name = prefix + name(field);
              int path = number == null ? field.getNumber() : number;
              if (field.isRepeated()) {
                List<?> values = (List<?>) value;
                for (int i = 0; i < values.size(); i++) {
                  result.add(option(path, i, name, field, values.get(i)));
                }
              } else if (value instanceof Message nested
                  && name.startsWith(FEATURES)
                  && !nested.getAllFields().isEmpty()) {
                read(name + ".", nested, path, result);
              } else {
                result.add(option(path, -1, name, field, value));
              }
            });
  }

  private static OptionValue option(
      int number, int index, String name, FieldDescriptor field, Object value) {
    if (!(value instanceof Message message)) {
      String literal = Literals.of(value, unsigned(field));
      return new OptionValue(number, index, name, literal, List.of(literal));
    }
    TextFormat.Printer printer = TextFormat.printer().escapingNonAscii(false);
    String inside =
        PrintableText.line(printer.emittingSingleLine(true).printToString(message).strip());
    if (inside.isEmpty()) {
      return new OptionValue(number, index, name, "{}", List.of("{}"));
    }
    List<String> lines = new ArrayList<>();
    lines.add("{");
    PrintableText.lines(printer.printToString(message))
        .lines()
        .forEach(line -> lines.add("  " + line));
    lines.add("}");
    return new OptionValue(number, index, name, "{ " + inside + " }", lines);
  }

  /** Returns the message without unknown fields and unknown enum values, which have no names. */
  private static Message readable(Message message, String where, List<String> remarks) {
    Message.Builder result = message.toBuilder();
    message
        .getUnknownFields()
        .asMap()
        .keySet()
        .forEach(
            number ->
                remarks.add(
                    "left out: option " + where + number + ", which no available file declares"));
    result.setUnknownFields(UnknownFieldSet.getDefaultInstance());
    message
        .getAllFields()
        .forEach(
            (field, value) -> {
              String name = where + name(field);
              if (field.getFullName().endsWith("Options.uninterpreted_option")) {
                result.clearField(field);
                remarks.add("left out: options that were not interpreted");
              } else if (field.isRepeated()) {
                result.clearField(field);
                for (Object element : (List<?>) value) {
                  readableValue(field, element, name, remarks)
                      .ifPresent(kept -> result.addRepeatedField(field, kept));
                }
              } else {
                result.clearField(field);
                readableValue(field, value, name, remarks)
                    .ifPresent(kept -> result.setField(field, kept));
              }
            });
    return result.buildPartial();
  }

  private static Optional<Object> readableValue(
      FieldDescriptor field, Object value, String name, List<String> remarks) {
    if (field.getJavaType() == JavaType.MESSAGE) {
      return Optional.of(readable((Message) value, name + ".", remarks));
    } else if (value instanceof EnumValueDescriptor constant && constant.getIndex() < 0) {
      remarks.add(
          "left out: option " + name + " = " + constant.getNumber() + ", which has no name");
      return Optional.empty();
    }
    return Optional.of(value);
  }

  private static String name(FieldDescriptor field) {
    return field.isExtension() ? "(." + field.getFullName() + ")" : field.getName();
  }

  static boolean unsigned(FieldDescriptor field) {
    return switch (field.getType()) {
      case UINT32, UINT64, FIXED32, FIXED64 -> true;
      default -> false;
    };
  }

  private void add(FileDescriptor file) {
    if (!seen.add(file.getName())) {
      return;
    }
    if (file.getName().equals(DESCRIPTOR_FILE)) {
      file.getMessageTypes().forEach(type -> optionsTypes.put(type.getFullName(), type));
    }
    file.getExtensions().forEach(this::add);
    file.getMessageTypes().forEach(this::add);
    file.getDependencies().forEach(this::add);
  }

  private void add(Descriptor message) {
    message.getExtensions().forEach(this::add);
    message.getNestedTypes().forEach(this::add);
  }

  private void add(FieldDescriptor extension) {
    if (extension.getJavaType() == JavaType.MESSAGE) {
      extensions.add(extension, DynamicMessage.getDefaultInstance(extension.getMessageType()));
    } else {
      extensions.add(extension);
    }
  }
}
