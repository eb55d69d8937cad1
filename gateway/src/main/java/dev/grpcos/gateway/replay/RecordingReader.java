package dev.grpcos.gateway.replay;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.grpcos.gateway.json.JsonException;
import dev.grpcos.gateway.json.JsonReader;
import dev.grpcos.gateway.json.JsonValue;
import dev.grpcos.gateway.json.JsonValue.JsonBoolean;
import dev.grpcos.gateway.json.JsonValue.JsonObject;
import dev.grpcos.gateway.json.JsonValue.JsonString;
import dev.grpcos.gateway.json.JsonValue.Member;
import dev.grpcos.gateway.reflection.DescriptorIndex;
import dev.grpcos.gateway.reflection.ServedTypes;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads a recording: the schemas and the calls. Used once. */
final class RecordingReader {
  private static final int MOST_LINE = 512 << 20;

  /** The packages of services that each gateway has itself. */
  private static final List<String> OWN =
      List.of("grpc.reflection.", "grpc.health.v1.", "grpcos.admin.v1.");

  private final String name;
  private final IgnoredFields ignored;
  private final List<JsonObject> lines = new ArrayList<>();
  private final List<ReplayEntry> calls = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private DescriptorIndex index = new DescriptorIndex(List.of());
  private ServedTypes types = new ServedTypes(index);

  /** The methods that were looked up, found or not. */
  private final Map<String, Optional<ReplayedMethod>> methods = new LinkedHashMap<>();

  /**
   * Creates a reader.
   *
   * @param name the name of the file in messages
   */
  RecordingReader(String name, IgnoredFields ignored) {
    this.name = name;
    this.ignored = ignored;
  }

  String name() {
    return name;
  }

  DescriptorIndex index() {
    return index;
  }

  ServedTypes types() {
    return types;
  }

  List<ReplayEntry> calls() {
    return calls;
  }

  List<String> notes() {
    return notes;
  }

  /**
   * Reads the file.
   *
   * @param schema descriptors in addition to those of the file
   */
  void read(InputStream in, List<FileDescriptorProto> schema) throws RecordingException {
    try {
      Map<String, FileDescriptorProto> files = new LinkedHashMap<>();
      JsonReader reader = new JsonReader(in, name, MOST_LINE, false);
      for (JsonObject line = reader.next(); line != null; line = reader.next()) {
        Member member = line.member("schema");
        if (member != null) {
          addFiles(member, files);
        } else if (line.member("lost") == null) {
          lines.add(line);
        } else {
          notes.add(line.at() + ": calls are missing or incomplete in this recording");
        }
      }
      schema.forEach(file -> files.putIfAbsent(file.getName(), file));
      index = new DescriptorIndex(List.copyOf(files.values()));
      types = new ServedTypes(index);
      for (JsonObject line : lines) {
        addCall(line);
      }
      lines.clear();
      List<Descriptor> requests =
          methods.values().stream()
              .flatMap(Optional::stream)
              .map(method -> method.descriptor().getInputType())
              .toList();
      ignored
          .unknownIn(requests)
          .forEach(path -> notes.add(name + ": no request has the ignored field " + path));
    } catch (JsonException e) {
      throw new RecordingException(String.valueOf(e.getMessage()), e);
    } catch (UncheckedIOException e) {
      throw new RecordingException(name + ": cannot be read: " + e.getMessage(), e);
    }
    if (calls.isEmpty()) {
      throw new RecordingException(name + ": has no call that can be replayed");
    }
  }

  private static void addFiles(Member schema, Map<String, FileDescriptorProto> files) {
    try {
      if (schema.value() instanceof JsonString text) {
        FileDescriptorSet.parseFrom(Base64.getDecoder().decode(text.text()))
            .getFileList()
            .forEach(file -> files.putIfAbsent(file.getName(), file));
        return;
      }
    } catch (IllegalArgumentException | InvalidProtocolBufferException e) {
      throw new JsonException(schema.at(), "the schema is not a descriptor set: " + e.getMessage());
    }
    throw new JsonException(schema.at(), "the schema must be a descriptor set in base64");
  }

  private void addCall(JsonObject line) {
    String method = RecordedLine.method(line);
    if (OWN.stream().anyMatch(method::startsWith)) {
      return; // the gateway answers it
    }
    Optional<ReplayedMethod> known = methods.computeIfAbsent(method, this::method);
    RecordedLine call = new RecordedLine(line);
    if (known.isEmpty()) {
      if (call.isUnimplemented()) {
        return; // as the gateway answers it
      }
      throw new JsonException(line.at(), "the schema of %s is missing; give it".formatted(method));
    }
    Member incomplete = line.member("incomplete");
    if (incomplete != null && incomplete.value() instanceof JsonBoolean yes && yes.value()) {
      notes.add(line.at() + ": the call lacks messages and is not replayed");
    } else {
      calls.add(call.read(calls.size(), known.get()));
    }
  }

  private Optional<ReplayedMethod> method(String fullName) {
    int slash = fullName.indexOf('/');
    ServiceDescriptor service = types.service(fullName.substring(0, slash));
    MethodDescriptor method =
        service == null ? null : service.findMethodByName(fullName.substring(slash + 1));
    return method == null
        ? Optional.empty()
        : Optional.of(new ReplayedMethod(method, types, ignored));
  }

  /** Returns whether the value is a message that the recording lacks. */
  static boolean isMissing(JsonValue value) {
    return value instanceof JsonObject object
        && object.members().size() == 1
        && object.members().get(0).key().equals("@cut");
  }
}
