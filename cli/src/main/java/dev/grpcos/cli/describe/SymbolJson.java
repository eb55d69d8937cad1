package dev.grpcos.cli.describe;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import com.google.protobuf.DescriptorProtos.MethodOptions;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.GenericDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.OneofDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import dev.grpcos.gateway.json.JsonStyle;
import dev.grpcos.gateway.json.ResponseWriter;
import dev.grpcos.gateway.json.Types;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;

/**
 * The JSON output of {@code list} and {@code describe}: one value on one line, with stable keys.
 *
 * <p>Each symbol has {@code kind}, {@code name}, {@code fullName}, {@code file}, {@code comments}
 * (empty if the server has none) and {@code deprecated}. Other keys are present only if they apply:
 * {@code options} (custom ones as {@code [pkg.option]}), {@code oneof}, {@code mapKey}, {@code
 * default}, {@code typeName}.
 */
public final class SymbolJson {
  private final SourceInfo source;
  private final OptionReader optionReader;
  private final ResponseWriter writer;

  private SymbolJson(FileDescriptor file, Collection<FileDescriptor> optionImports, Types types) {
    this.source = new SourceInfo(file.toProto().getSourceCodeInfo());
    this.optionReader = new OptionReader(file, optionImports);
    this.writer = new ResponseWriter(types, JsonStyle.COMPACT);
  }

  /** Returns {@code {"services":[{"fullName":…}]}}, in the given order. */
  public static String services(Collection<String> fullNames) {
    JsonObject result = new JsonObject();
    result.add("services", array(fullNames, SymbolJson::reference));
    return result.toString();
  }

  /**
   * Returns {@code {"service":…,"methods":[…]}}, with each method in the format of {@link #symbol}.
   *
   * @param types the message types of options of type Any
   */
  public static String methods(ServiceDescriptor service, Types types) {
    SymbolJson json = new SymbolJson(service.getFile(), List.of(), types);
    JsonObject result = new JsonObject();
    result.addProperty("service", service.getFullName());
    result.add("methods", array(service.getMethods(), json::method));
    return result.toString();
  }

  /**
   * Returns a symbol, with its nested symbols.
   *
   * @param optionImports further files to search for custom options
   * @param types the message types of options of type Any
   */
  public static String symbol(
      GenericDescriptor descriptor, Collection<FileDescriptor> optionImports, Types types) {
    return new SymbolJson(descriptor.getFile(), optionImports, types).any(descriptor).toString();
  }

  private JsonObject any(GenericDescriptor descriptor) {
    if (descriptor instanceof FileDescriptor file) {
      return file(file);
    } else if (descriptor instanceof ServiceDescriptor service) {
      return service(service);
    } else if (descriptor instanceof MethodDescriptor method) {
      return method(method);
    } else if (descriptor instanceof Descriptor message) {
      return message(message);
    } else if (descriptor instanceof FieldDescriptor field) {
      return field(field);
    } else if (descriptor instanceof OneofDescriptor oneof) {
      return oneof(oneof);
    } else if (descriptor instanceof EnumDescriptor type) {
      return enumType(type);
    } else if (descriptor instanceof EnumValueDescriptor value) {
      return enumValue(value);
    }
    throw new IllegalArgumentException("no symbol: " + descriptor.getClass());
  }

  private JsonObject file(FileDescriptor file) {
    JsonObject result = head("file", file, file.getOptions(), file.getOptions().getDeprecated());
    String syntax = file.toProto().getSyntax();
    result.addProperty("package", file.getPackage());
    result.addProperty("syntax", syntax.isEmpty() ? "proto2" : syntax);
    if (syntax.equals("editions")) {
      result.addProperty("edition", FileText.edition(file.toProto()));
    }
    result.add("imports", array(file.toProto().getDependencyList(), SymbolJson::string));
    result.add("services", array(file.getServices(), this::service));
    result.add("messages", array(file.getMessageTypes(), this::message));
    result.add("enums", array(file.getEnumTypes(), this::enumType));
    result.add("extensions", array(file.getExtensions(), this::field));
    return result;
  }

  private JsonObject service(ServiceDescriptor service) {
    JsonObject result =
        head("service", service, service.getOptions(), service.getOptions().getDeprecated());
    result.add("methods", array(service.getMethods(), this::method));
    return result;
  }

  private JsonObject method(MethodDescriptor method) {
    MethodOptions options = method.getOptions();
    JsonObject result = head("method", method, options, options.getDeprecated());
    result.addProperty("path", "/" + method.getService().getFullName() + "/" + method.getName());
    result.addProperty("type", type(method));
    result.addProperty("input", method.getInputType().getFullName());
    result.addProperty("output", method.getOutputType().getFullName());
    result.addProperty("idempotencyLevel", options.getIdempotencyLevel().name());
    return result;
  }

  private static String type(MethodDescriptor method) {
    if (method.isClientStreaming()) {
      return method.isServerStreaming() ? "bidi_streaming" : "client_streaming";
    }
    return method.isServerStreaming() ? "server_streaming" : "unary";
  }

  private JsonObject message(Descriptor message) {
    JsonObject result =
        head("message", message, message.getOptions(), message.getOptions().getDeprecated());
    List<Descriptor> nested =
        message.getNestedTypes().stream().filter(type -> !type.getOptions().getMapEntry()).toList();
    result.add("fields", array(message.getFields(), this::field));
    result.add("oneofs", array(message.getRealOneofs(), this::oneof));
    result.add("messages", array(nested, this::message));
    result.add("enums", array(message.getEnumTypes(), this::enumType));
    result.add("extensions", array(message.getExtensions(), this::field));
    return result;
  }

  private JsonObject field(FieldDescriptor field) {
    JsonObject result =
        head(
            field.isExtension() ? "extension" : "field",
            field,
            field.getOptions(),
            field.getOptions().getDeprecated());
    result.addProperty("jsonName", jsonName(field));
    result.addProperty("number", field.getNumber());
    Descriptor entry = FieldSyntax.mapEntry(field);
    if (entry == null) {
      addType(result, field);
    } else {
      result.addProperty("type", "map");
      result.add("mapKey", typeOnly(entry.findFieldByNumber(1)));
      result.add("mapValue", typeOnly(entry.findFieldByNumber(2)));
    }
    result.addProperty("label", label(field));
    result.addProperty("presence", field.hasPresence());
    if (field.isExtension()) {
      result.addProperty("extendee", field.getContainingType().getFullName());
    }
    OneofDescriptor oneof = field.getRealContainingOneof();
    if (oneof != null) {
      result.addProperty("oneof", oneof.getName());
    }
    if (field.toProto().hasDefaultValue()) {
      result.addProperty("default", field.toProto().getDefaultValue());
    }
    return result;
  }

  private static String jsonName(FieldDescriptor field) {
    return field.isExtension() ? "[" + field.getFullName() + "]" : field.getJsonName();
  }

  private static String label(FieldDescriptor field) {
    if (field.isRepeated()) {
      return "repeated";
    }
    return field.isRequired() ? "required" : "optional";
  }

  private static JsonObject typeOnly(FieldDescriptor field) {
    JsonObject result = new JsonObject();
    addType(result, field);
    return result;
  }

  private static void addType(JsonObject result, FieldDescriptor field) {
    result.addProperty("type", FieldSyntax.scalar(field));
    switch (FieldSyntax.declaredType(field)) {
      case TYPE_MESSAGE, TYPE_GROUP ->
          result.addProperty("typeName", field.getMessageType().getFullName());
      case TYPE_ENUM -> result.addProperty("typeName", field.getEnumType().getFullName());
      default -> {
        // a scalar has no type name
      }
    }
  }

  private JsonObject oneof(OneofDescriptor oneof) {
    JsonObject result = head("oneof", oneof, oneof.getOptions(), false);
    result.add("fields", array(oneof.getFields(), field -> string(field.getName())));
    return result;
  }

  private JsonObject enumType(EnumDescriptor type) {
    JsonObject result = head("enum", type, type.getOptions(), type.getOptions().getDeprecated());
    result.addProperty("closed", type.isClosed());
    result.add("values", array(type.getValues(), this::enumValue));
    return result;
  }

  private JsonObject enumValue(EnumValueDescriptor value) {
    JsonObject result =
        head("enum_value", value, value.getOptions(), value.getOptions().getDeprecated());
    result.addProperty("number", value.getNumber());
    return result;
  }

  private JsonObject head(
      String kind, GenericDescriptor descriptor, Message options, boolean deprecated) {
    JsonObject result = new JsonObject();
    result.addProperty("kind", kind);
    result.addProperty("name", descriptor.getName());
    result.addProperty("fullName", descriptor.getFullName());
    result.addProperty("file", descriptor.getFile().getName());
    result.addProperty("comments", source.comments(SourcePath.of(descriptor)).text());
    result.addProperty("deprecated", deprecated);
    JsonElement given = options(options);
    if (!given.getAsJsonObject().isEmpty()) {
      result.add("options", given);
    }
    return result;
  }

  /** Returns the options by their JSON names, except those that no available file declares. */
  private JsonElement options(Message options) {
    try {
      return JsonParser.parseString(writer.toJson(optionReader.typed(options)));
    } catch (InvalidProtocolBufferException e) {
      return new JsonObject();
    }
  }

  private static JsonObject reference(String fullName) {
    JsonObject result = new JsonObject();
    result.addProperty("fullName", fullName);
    return result;
  }

  private static JsonElement string(String value) {
    return new JsonPrimitive(value);
  }

  private static <T> JsonArray array(
      Collection<T> elements, Function<? super T, ? extends JsonElement> json) {
    JsonArray result = new JsonArray(elements.size());
    elements.forEach(element -> result.add(json.apply(element)));
    return result;
  }
}
