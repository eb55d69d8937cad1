package dev.grpcos.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import dev.grpcos.proto.config.v1.Bounds;
import dev.grpcos.proto.config.v1.BoundsProto;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests the bounds of each key in {@code config.proto}. */
class ConfigBoundsTest {
  /** A configuration with all groups of keys that have bounds. */
  private static final String ALL =
      """
      {"sockets": [{"path": "n.sock", "methods": ["*"]}],
       "upstreams": [{"name": "a", "target": "unix:a", "retry": {"attempts": 2},
                      "keepalive": {"time": "10s"},
                      "credentials": {
                        "bearer": {"command": ["sh"]},
                        "basic": {"user": "u", "password": {"command": ["sh"]}},
                        "helper": {"command": ["sh"]},
                        "headers": {"METHOD": {"command": ["sh"]}},
                        "oauth2": {"token_url": "https://t", "client_id": "c",
                                   "client_secret": {"command": ["sh"]},
                                   "refresh_token": {"command": ["sh"]},
                                   "subject_token": {"command": ["sh"]},
                                   "actor_token": {"command": ["sh"]}}}}],
       "services": [{"service": "a.S", "protoset": ["s.binpb"], "exec": {"command": ["sh"]},
                     "methods": {"METHOD": {"exec": {"command": ["sh"]}}}}],
       "listen": {}, "limits": {},
       "telemetry": {"otlp": {"endpoint": "http://t", "headers": {"METHOD": {"command": ["sh"]}}}}}
      """;

  @TempDir private Path folder;

  /** The path of a key in the document above, and its bounds. */
  private record Key(List<String> path, Scalar kind, Bounds bounds) {
    @Override
    public String toString() {
      return String.join(".", path);
    }
  }

  static Stream<Arguments> bounded() {
    List<Key> keys = new ArrayList<>();
    collect(dev.grpcos.proto.config.v1.GatewayConfig.getDescriptor(), List.of(), keys);
    assertThat(keys).as("keys with bounds").hasSizeGreaterThan(20);
    return keys.stream().map(Arguments::of);
  }

  private static void collect(Descriptor type, List<String> path, List<Key> keys) {
    for (FieldDescriptor field : type.getFields()) {
      List<String> here = new ArrayList<>(path);
      here.add(field.getName());
      Bounds bounds = field.getOptions().getExtension(BoundsProto.bounds);
      if (!bounds.getLeast().isEmpty()) {
        keys.add(new Key(here, Scalar.of(field).orElseThrow(), bounds));
      } else if (field.isMapField()) {
        FieldDescriptor value = field.getMessageType().findFieldByNumber(2);
        if (value.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
          here.add("METHOD");
          collect(value.getMessageType(), here, keys);
        }
      } else if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE
          && Scalar.of(field).isEmpty()) {
        collect(field.getMessageType(), here, keys);
      }
    }
  }

  /** Returns the problems of the key if it has this value in the document. */
  private List<String> problems(Key key, String value) throws Exception {
    JsonObject document = JsonParser.parseString(ALL).getAsJsonObject();
    JsonElement node = document;
    for (String name : key.path().subList(0, key.path().size() - 1)) {
      node = node.getAsJsonObject().get(name);
      node = node.isJsonArray() ? node.getAsJsonArray().get(0) : node;
    }
    node.getAsJsonObject().addProperty(key.path().get(key.path().size() - 1), value);
    Files.writeString(folder.resolve("s.binpb"), "");
    Path file = Files.writeString(folder.resolve("gateway.yaml"), document.toString());
    try {
      GatewayConfig unused =
          ConfigFile.read(file, folder.resolve("g.sock"), Map.of("PATH", "/usr/bin:/bin"));
      return List.of();
    } catch (ConfigException e) {
      return e.problems().stream()
          .map(ConfigProblem::text)
          .filter(text -> text.startsWith(key + " ") && !text.contains("less than"))
          .toList();
    }
  }

  /** Returns the value at a distance of {@code step} units from a bound. */
  private static String next(Key key, String bound, int step) {
    Scalar.ParsedScalar parsed = key.kind().parse(bound);
    assertThat(parsed).isNotNull();
    long measure = parsed == null ? 0 : parsed.measure();
    return switch (key.kind()) {
      case NUMBER, SIZE -> Long.toString(measure + step);
      case DURATION -> measure / 1_000_000 + step + "ms";
      case PERCENTAGE -> measure + step + "%";
      case TEXT -> Integer.toOctalString(Integer.parseInt(bound, 8) + step);
      case BOOLEAN -> throw new IllegalStateException("booleans have no bounds");
    };
  }

  @ParameterizedTest
  @MethodSource("bounded")
  void valuesAtABoundAreAcceptedAndValuesBeyondAreRefused(Key key) throws Exception {
    Bounds bounds = key.bounds();
    assertThat(problems(key, bounds.getLeast())).isEmpty();
    assertThat(problems(key, bounds.getMost())).isEmpty();
    assertThat(problems(key, next(key, bounds.getLeast(), -1))).as("below").hasSize(1);
    String above = next(key, bounds.getMost(), 1);
    assertThat(problems(key, above)).as("above").hasSize(1);
    if (key.kind() != Scalar.TEXT) {
      assertThat(problems(key, above).get(0))
          .isEqualTo(
              "%s is %s, out of bounds; give %s to %s"
                  .formatted(key, above, bounds.getLeast(), bounds.getMost()));
    }
  }
}
