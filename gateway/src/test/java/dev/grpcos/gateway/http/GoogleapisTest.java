package dev.grpcos.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import dev.grpcos.gateway.json.JsonReader;
import dev.grpcos.gateway.json.JsonStyle;
import dev.grpcos.gateway.json.JsonText;
import dev.grpcos.gateway.json.RequestReader;
import dev.grpcos.gateway.json.ResponseWriter;
import dev.grpcos.gateway.reflection.DescriptorIndex;
import dev.grpcos.gateway.reflection.ServedTypes;
import dev.grpcos.gateway.rest.RestBinding;
import dev.grpcos.gateway.rest.RestBindings;
import dev.grpcos.gateway.rest.RestMatch;
import dev.grpcos.gateway.rest.RestPattern;
import dev.grpcos.gateway.rest.RestRules;
import dev.grpcos.gateway.schema.TestProtoc;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Google's own annotations of {@code google.api.http}, in the npm package {@code
 * google-proto-files}. Skipped without it, unless {@code GRPCOS_TEST_SKIPS_NOTHING} is set.
 */
final class GoogleapisTest {
  private static final Pattern TEMPLATE =
      Pattern.compile("\\b(?:get|put|post|delete|patch|path):\\s*((?:\"[^\"]*\"\\s*)+)");

  /** The number of files whose methods are tested. They have several methods each. */
  private static final int SAMPLE = 16;

  /** The number of fields that are set in each message. */
  private static final int FIELDS = 4;

  private static Path sources = Path.of("");

  /** The files with annotations, by their names in imports. */
  private static final Map<String, String> FILES = new TreeMap<>();

  @BeforeAll
  static void find() throws Exception {
    String modules = System.getenv("GRPCOS_TEST_NODE_PATH");
    Path found = Path.of(modules == null ? "/nonexistent" : modules, "google-proto-files");
    if (System.getenv("GRPCOS_TEST_SKIPS_NOTHING") != null) {
      assertThat(found).isDirectory();
    }
    assumeTrue(Files.isDirectory(found), "GRPCOS_TEST_NODE_PATH has no google-proto-files");
    sources = found;
    try (Stream<Path> files = Files.walk(sources.resolve("google"))) {
      for (Path file : (Iterable<Path>) files::iterator) {
        if (file.toString().endsWith(".proto")) {
          String source = Files.readString(file);
          if (source.contains("(google.api.http)")) {
            FILES.put(sources.relativize(file).toString(), source);
          }
        }
      }
    }
  }

  @Test
  void everyPathTemplateIsValid() throws Exception {
    TreeSet<String> templates = new TreeSet<>();
    for (String source : FILES.values()) {
      for (MatchResult match : TEMPLATE.matcher(source).results().toList()) {
        String template = match.group(1).replaceAll("\"\\s*\"", "").replace("\"", "").strip();
        if (template.startsWith("/")) {
          templates.add(template);
        }
      }
    }

    assertThat(templates).hasSizeGreaterThan(10_000);
    for (String template : templates) {
      assertThat(RestPattern.parse(template).openApi()).startsWith("/");
    }
  }

  @Test
  void sampleOfMethodsRoundTrips(@TempDir Path folder) throws Exception {
    List<String> all = List.copyOf(FILES.keySet());
    List<String> sample = new ArrayList<>();
    for (int i = 0; i < SAMPLE; i++) {
      sample.add(all.get(i * (all.size() / SAMPLE)));
    }
    List<FileDescriptorProto> compiled =
        TestProtoc.withIncludesIn(folder).compile(List.of(sources), sample);
    ServedTypes types = new ServedTypes(new DescriptorIndex(compiled));

    int bindings = 0;
    for (FileDescriptorProto file : compiled) {
      if (sample.contains(file.getName())) {
        for (ServiceDescriptorProto service : file.getServiceList()) {
          bindings += roundTrip(file.getPackage() + "." + service.getName(), file, types);
        }
      }
    }
    assertThat(bindings).isGreaterThanOrEqualTo(100);
  }

  /** Tests the bindings of a service, and returns their number. */
  private static int roundTrip(String name, FileDescriptorProto file, ServedTypes types)
      throws Exception {
    ServiceDescriptor service = Objects.requireNonNull(types.service(name), name);
    List<RestBinding> all = RestRules.of(name, file);
    RestBindings bindings = new RestBindings(all);
    for (RestBinding binding : all) {
      String method = binding.method().substring(name.length() + 1);
      ServedMethod served = new ServedMethod(service.findMethodByName(method), types);
      String path = path(binding.pattern());
      assertThat(bindings.match(binding.verb(), path)).as(path).isNotNull();
      testRequest(served, binding, path);
      testResponse(served, binding);
    }
    return all.size();
  }

  /** Returns a path that matches. Numbers are valid for fields of most types. */
  private static String path(RestPattern pattern) {
    StringBuilder path = new StringBuilder();
    for (int i = 0; i < pattern.segments().size(); i++) {
      String segment = pattern.segments().get(i);
      path.append('/')
          .append(
              switch (segment) {
                case RestPattern.ONE -> String.valueOf(i + 1);
                case RestPattern.ANY -> "8/9";
                default -> segment;
              });
    }
    return pattern.verb() == null ? path.toString() : path + ":" + pattern.verb();
  }

  /** Makes a request of path, query and body, and compares the message that is read from it. */
  private static void testRequest(ServedMethod method, RestBinding binding, String path)
      throws Exception {
    Descriptor input = method.descriptor().getInputType();
    DynamicMessage.Builder expected = DynamicMessage.newBuilder(input);
    byte[] body = new byte[0];
    FieldDescriptor field = input.findFieldByName(binding.body());
    if (binding.body().equals(RestBinding.ALL)) {
      Message sample = sample(input);
      body = json(sample, method);
      expected.mergeFrom(sample);
    } else if (field != null && field.getJavaType() == JavaType.MESSAGE && !field.isRepeated()) {
      Message sample = sample(field.getMessageType());
      body = json(sample, method);
      expected.setField(field, sample);
    }
    Map<String, String> variables = Objects.requireNonNull(binding.pattern().match(path), path);
    Map<String, List<String>> query = new LinkedHashMap<>();
    if (!binding.body().equals(RestBinding.ALL)) {
      for (FieldDescriptor scalar : scalars(input)) {
        if (!variables.containsKey(scalar.getName()) && !scalar.equals(field)) {
          query.put(scalar.getName(), List.of(value(scalar).toString()));
          expected.setField(scalar, value(scalar));
        }
      }
    }
    variables.forEach((name, text) -> set(expected, name, text));

    RestCodec codec = new RestCodec(method, new RestMatch(binding, variables), query);
    assertThat(DynamicMessage.parseFrom(input, codec.request(body, 1)))
        .as("%s %s?%s", binding.verb(), path, query)
        .isEqualTo(DynamicMessage.parseFrom(input, expected.build().toByteString()));
  }

  private static void testResponse(ServedMethod method, RestBinding binding) throws Exception {
    if (!binding.responseBody().isEmpty()) {
      return;
    }
    Message sample = sample(method.descriptor().getOutputType());
    byte[] json =
        new RestCodec(method, new RestMatch(binding, Map.of()), Map.of())
            .response(sample.toByteArray());
    assertThat(
            new RequestReader(sample.getDescriptorForType(), method.types())
                .next(JsonReader.from(1, new ByteArrayInputStream(json), "response", 1 << 20)))
        .isEqualTo(sample);
  }

  private static byte[] json(Message message, ServedMethod method) {
    JsonText text = new JsonText();
    new ResponseWriter(method.types(), JsonStyle.COMPACT).append(message, text);
    return ErrorJson.bytes(text);
  }

  private static Message sample(Descriptor type) {
    DynamicMessage.Builder message = DynamicMessage.newBuilder(type);
    scalars(type).forEach(field -> message.setField(field, value(field)));
    return message.build();
  }

  private static List<FieldDescriptor> scalars(Descriptor type) {
    return type.getFields().stream()
        .filter(
            field ->
                !field.isRepeated()
                    && field.getContainingOneof() == null
                    && field.getJavaType() != JavaType.MESSAGE
                    && field.getJavaType() != JavaType.BYTE_STRING)
        .limit(FIELDS)
        .toList();
  }

  private static Object value(FieldDescriptor field) {
    return switch (field.getJavaType()) {
      case STRING -> "a b/" + field.getName();
      case INT -> 7;
      case LONG -> 7L;
      case FLOAT -> 1.5f;
      case DOUBLE -> 1.5;
      case BOOLEAN -> true;
      case ENUM -> field.getEnumType().getValues().get(field.getEnumType().getValues().size() - 1);
      case MESSAGE, BYTE_STRING -> throw new AssertionError(field);
    };
  }

  /** Sets a field by its path. */
  private static void set(Message.Builder message, String path, String text) {
    int dot = path.indexOf('.');
    FieldDescriptor field =
        message.getDescriptorForType().findFieldByName(dot < 0 ? path : path.substring(0, dot));
    if (dot >= 0) {
      Message.Builder child = ((Message) message.getField(field)).toBuilder();
      set(child, path.substring(dot + 1), text);
      message.setField(field, child.buildPartial());
      return;
    }
    message.setField(
        field,
        switch (field.getJavaType()) {
          case INT -> Integer.valueOf(text);
          case LONG -> Long.valueOf(text);
          case ENUM ->
              field.getEnumType().findValueByNumberCreatingIfUnknown(Integer.parseInt(text));
          default -> text;
        });
  }
}
