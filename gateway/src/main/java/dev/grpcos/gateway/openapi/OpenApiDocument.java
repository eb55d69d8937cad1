package dev.grpcos.gateway.openapi;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.protobuf.DescriptorProtos.MethodOptions.IdempotencyLevel;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import dev.grpcos.gateway.json.TextFields;
import dev.grpcos.gateway.rest.RestBinding;
import dev.grpcos.gateway.rest.RestPattern;
import dev.grpcos.gateway.rest.RestRules;
import java.util.Collection;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Describes services as an OpenAPI document: each method as {@code POST /package.Service/Method},
 * and its bindings of {@code google.api.http}. Streams are described as lines of JSON.
 *
 * @see <a href="https://spec.openapis.org/oas/v3.1.0">OpenAPI 3.1</a>
 */
public final class OpenApiDocument {
  private static final Gson GSON =
      new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

  private static final Set<String> OPERATIONS =
      Set.of("GET", "PUT", "POST", "DELETE", "PATCH", "OPTIONS", "HEAD", "TRACE");

  /** The nesting of messages up to which their fields are described as query parameters. */
  private static final int QUERY_DEPTH = 2;

  private static final String JSON = "application/json";
  private static final String ERROR = "connect.Error";

  private final DeclarationComments comments = new DeclarationComments();
  private final OpenApiSchemas schemas = new OpenApiSchemas(comments);
  private final JsonObject paths = new JsonObject();
  private final JsonArray tags = new JsonArray();
  private final Set<String> operationIds = new HashSet<>();

  private OpenApiDocument() {}

  /**
   * Returns the document, indented, without a final line feed.
   *
   * @param methods selects methods by their full names, such as {@code pkg.Service/Method}
   */
  public static String of(Collection<ServiceDescriptor> services, Predicate<String> methods) {
    OpenApiDocument document = new OpenApiDocument();
    for (ServiceDescriptor service : services) {
      document.add(service, methods);
    }
    return GSON.toJson(document.toJson());
  }

  private JsonObject toJson() {
    JsonObject info = new JsonObject();
    info.addProperty("title", "gRPC services");
    info.addProperty("version", "1");
    schemas.put(ERROR, error());
    JsonObject components = new JsonObject();
    components.add("schemas", schemas.all());
    JsonObject document = new JsonObject();
    document.addProperty("openapi", "3.1.0");
    document.add("info", info);
    document.add("tags", tags);
    document.add("paths", paths);
    document.add("components", components);
    return document;
  }

  private static JsonObject error() {
    JsonObject properties = new JsonObject();
    properties.add("code", OpenApiSchemas.typed("string"));
    properties.add("message", OpenApiSchemas.typed("string"));
    JsonObject details = OpenApiSchemas.typed("array");
    details.add("items", OpenApiSchemas.typed("object"));
    properties.add("details", details);
    JsonArray required = new JsonArray();
    required.add("code");
    JsonObject error = OpenApiSchemas.typed("object");
    error.addProperty("description", "An error of the Connect protocol.");
    error.add("properties", properties);
    error.add("required", required);
    return error;
  }

  private void add(ServiceDescriptor service, Predicate<String> methods) {
    boolean some = false;
    for (MethodDescriptor method : service.getMethods()) {
      String name = service.getFullName() + "/" + method.getName();
      if (!methods.test(name)) {
        continue;
      }
      some = true;
      JsonObject body =
          content(schemas.message(method.getInputType()), method.isClientStreaming(), true);
      JsonObject called = operation(method, null, body, new JsonArray());
      put("/" + name, "post", called);
      if (method.getOptions().getIdempotencyLevel() == IdempotencyLevel.NO_SIDE_EFFECTS
          && !method.isClientStreaming()) {
        put("/" + name, "get", operation(method, null, null, queryMessage(method)));
      }
      for (RestBinding binding : RestRules.of(name, method.toProto())) {
        bind(method, binding);
      }
    }
    if (some) {
      JsonObject tag = new JsonObject();
      tag.addProperty("name", service.getFullName());
      OpenApiSchemas.describe(tag, comments.of(service));
      tags.add(tag);
    }
  }

  private void put(String path, String verb, JsonObject operation) {
    JsonObject item = paths.getAsJsonObject(path);
    if (item == null) {
      item = new JsonObject();
      paths.add(path, item);
    }
    if (!item.has(verb)) {
      item.add(verb, operation);
    }
  }

  private void bind(MethodDescriptor method, RestBinding binding) {
    if (!OPERATIONS.contains(binding.verb())) {
      return; // OpenAPI has no other methods
    }
    JsonArray parameters = new JsonArray();
    RestPattern pattern = binding.pattern();
    for (String name : pattern.parameters()) {
      parameters.add(parameter("path", name, OpenApiSchemas.typed("string"), true));
    }
    Descriptor input = method.getInputType();
    JsonObject body = null;
    if (binding.body().equals(RestBinding.ALL)) {
      body = content(schemas.message(input), method.isClientStreaming(), false);
    } else {
      FieldDescriptor field = input.findFieldByName(binding.body());
      if (field != null) {
        body = content(schemas.field(field), method.isClientStreaming(), false);
      }
      addQuery(input, "", binding, parameters, 0);
    }
    FieldDescriptor response =
        binding.responseBody().isEmpty()
            ? null
            : method.getOutputType().findFieldByName(binding.responseBody());
    put(
        pattern.openApi(),
        binding.verb().toLowerCase(Locale.ROOT),
        operation(method, response, body, parameters));
  }

  /** Adds a query parameter for each field with a text form that is in neither path nor body. */
  private void addQuery(
      Descriptor type, String prefix, RestBinding binding, JsonArray parameters, int depth) {
    for (FieldDescriptor field : type.getFields()) {
      String path = prefix + field.getName();
      boolean bound =
          path.equals(binding.body())
              || binding.pattern().variables().stream()
                  .anyMatch(variable -> variable.path().equals(path));
      if (bound) {
        continue;
      }
      if (TextFields.hasTextForm(field)) {
        parameters.add(parameter("query", path, schemas.field(field), false));
      } else if (TextFields.hasTextFields(field) && depth < QUERY_DEPTH) {
        addQuery(field.getMessageType(), path + ".", binding, parameters, depth + 1);
      }
    }
  }

  /** Returns the parameters of a request of the Connect protocol whose message is in the query. */
  private JsonArray queryMessage(MethodDescriptor method) {
    JsonObject media = new JsonObject();
    media.add("schema", schemas.message(method.getInputType()));
    JsonObject content = new JsonObject();
    content.add(JSON, media);
    JsonObject message = parameter("query", "message", true);
    message.add("content", content);
    JsonObject encoding = OpenApiSchemas.typed("string");
    JsonArray json = new JsonArray();
    json.add("json");
    encoding.add("enum", json);
    JsonArray parameters = new JsonArray();
    parameters.add(message);
    parameters.add(parameter("query", "encoding", encoding, true));
    return parameters;
  }

  private static JsonObject parameter(
      String place, String name, JsonObject schema, boolean required) {
    JsonObject parameter = parameter(place, name, required);
    parameter.add("schema", schema);
    return parameter;
  }

  private static JsonObject parameter(String place, String name, boolean required) {
    JsonObject parameter = new JsonObject();
    parameter.addProperty("name", name);
    parameter.addProperty("in", place);
    parameter.addProperty("required", required);
    return parameter;
  }

  private JsonObject operation(
      MethodDescriptor method,
      @Nullable FieldDescriptor responseField,
      @Nullable JsonObject body,
      JsonArray parameters) {
    JsonObject operation = new JsonObject();
    JsonArray tag = new JsonArray();
    tag.add(method.getService().getFullName());
    operation.add("tags", tag);
    operation.addProperty("operationId", operationId(method));
    OpenApiSchemas.describe(operation, comments.of(method));
    if (method.getOptions().getDeprecated()) {
      operation.addProperty("deprecated", true);
    }
    if (!parameters.isEmpty()) {
      operation.add("parameters", parameters);
    }
    if (body != null) {
      operation.add("requestBody", body);
    }
    JsonObject output =
        responseField == null
            ? schemas.message(method.getOutputType())
            : schemas.field(responseField);
    JsonObject ok = content(output, method.isServerStreaming(), false);
    ok.remove("required");
    ok.addProperty("description", "The response.");
    JsonObject failed = content(OpenApiSchemas.reference(ERROR), false, false);
    failed.remove("required");
    failed.addProperty("description", "The error of the call.");
    JsonObject responses = new JsonObject();
    responses.add("200", ok);
    responses.add("default", failed);
    operation.add("responses", responses);
    return operation;
  }

  private String operationId(MethodDescriptor method) {
    String id = method.getFullName();
    for (int i = 2; !operationIds.add(id); i++) {
      id = method.getFullName() + "_" + i;
    }
    return id;
  }

  private static JsonObject content(JsonObject schema, boolean lines, boolean required) {
    JsonObject media = new JsonObject();
    media.add("schema", schema);
    JsonObject types = new JsonObject();
    types.add(lines ? "application/x-ndjson" : JSON, media);
    JsonObject content = new JsonObject();
    content.addProperty("required", required);
    content.add("content", types);
    return content;
  }
}
