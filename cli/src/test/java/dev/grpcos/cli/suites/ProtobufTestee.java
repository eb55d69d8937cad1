package dev.grpcos.cli.suites;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import dev.grpcos.cli.call.MessageFormat;
import dev.grpcos.cli.call.RequestInput;
import dev.grpcos.cli.call.Requests;
import dev.grpcos.cli.failure.CliException;
import dev.grpcos.cli.inprocess.MemoryInvocation;
import dev.grpcos.cli.invocation.StreamKind;
import dev.grpcos.cli.output.PrintedTypes;
import dev.grpcos.cli.output.ResponseForm;
import dev.grpcos.gateway.json.EncodedFields;
import dev.grpcos.gateway.json.JsonException;
import dev.grpcos.gateway.json.JsonStyle;
import dev.grpcos.gateway.json.ResponseWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * The program under test of protobuf's conformance runner. It reads each request of the runner like
 * a request of {@code call}, and prints it like a response.
 */
final class ProtobufTestee {
  /** The types of the tests. */
  static final List<String> TYPES =
      List.of(
          "protobuf_test_messages.proto2.TestAllTypesProto2",
          "protobuf_test_messages.proto3.TestAllTypesProto3",
          "protobuf_test_messages.editions.proto2.TestAllTypesProto2",
          "protobuf_test_messages.editions.proto3.TestAllTypesProto3",
          "protobuf_test_messages.editions.TestAllTypesEdition2023");

  private static final int MAX_BYTES = 64 << 20;

  private final Descriptor request;
  private final Descriptor response;
  private final PrintedTypes types;
  private final Map<String, ResponseForm> forms;
  private final Map<String, MethodDescriptor> methods;
  private final Path folder;

  /** Creates a testee; the service {@code suite.Messages} has a method for each of the types. */
  ProtobufTestee(CompiledProtos protos, Path folder) {
    this.folder = folder;
    request = protos.message("conformance.ConformanceRequest");
    response = protos.message("conformance.ConformanceResponse");
    types = new PrintedTypes(protos.schema());
    forms =
        Map.of(
            "PROTOBUF",
            ResponseForm.binary(),
            "JSON",
            ResponseForm.json(new ResponseWriter(types, JsonStyle.COMPACT)),
            "TEXT_FORMAT",
            ResponseForm.text(types));
    methods =
        Objects.requireNonNull(protos.schema().service("suite.Messages")).getMethods().stream()
            .collect(
                Collectors.toMap(method -> method.getInputType().getFullName(), method -> method));
  }

  void hold(RunnerFrames frames) throws IOException {
    for (byte[] next = frames.next(); next != null; next = frames.next()) {
      frames.send(answer(new Fields(DynamicMessage.parseFrom(request, next))).toByteArray());
    }
  }

  private Message answer(Fields test) throws IOException {
    String type = test.text("message_type");
    if (type.equals("conformance.FailureSet")) {
      return result("protobuf_payload", ByteString.EMPTY);
    }
    String output = test.constant("requested_output_format");
    ResponseForm form = forms.get(output);
    MethodDescriptor method = methods.get(type);
    if (form == null || method == null || test.has("jspb_payload")) {
      return result("skipped", output + " of " + type);
    }
    Message message;
    try {
      message = read(test, method);
    } catch (CliException | JsonException e) {
      return result("parse_error", String.valueOf(e.getMessage()));
    }
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    form.write(DynamicMessage.parseFrom(method.getInputType(), message.toByteString()), printed);
    return switch (output) {
      case "JSON" -> result("json_payload", printed.toString(UTF_8));
      case "TEXT_FORMAT" -> result("text_payload", printed.toString(UTF_8));
      default -> result("protobuf_payload", Delimited.read(printed.toByteArray()));
    };
  }

  private Message read(Fields test, MethodDescriptor method) {
    if (test.has("protobuf_payload")) {
      ByteString payload = test.get("protobuf_payload", ByteString.class);
      return read(MessageFormat.BINARY, test, method, Delimited.write(payload));
    }
    MessageFormat format = test.has("json_payload") ? MessageFormat.JSON : MessageFormat.TEXT;
    String text = test.text(format == MessageFormat.JSON ? "json_payload" : "text_payload");
    return read(format, test, method, text.getBytes(UTF_8));
  }

  private Message read(MessageFormat format, Fields test, MethodDescriptor method, byte[] input) {
    // An empty text is an empty message, though standard input without a request is an error.
    boolean mayBeEmpty = format == MessageFormat.TEXT;
    RequestInput source =
        new RequestInput(
            format,
            List.of(),
            null,
            false,
            mayBeEmpty,
            test.constant("test_category").equals("JSON_IGNORE_UNKNOWN_PARSING_TEST"),
            MAX_BYTES,
            MAX_BYTES);
    MemoryInvocation invocation = MemoryInvocation.of(StreamKind.PIPE, input, Map.of(), folder);
    Requests requests = source.open(method, types, EncodedFields.NONE, invocation, invalid -> {});
    Message first = requests.next();
    if (first == null) {
      return DynamicMessage.getDefaultInstance(method.getInputType());
    }
    if (requests.next() != null) {
      throw CliException.usage("more than one request");
    }
    return first;
  }

  private Message result(String field, Object value) {
    return DynamicMessage.newBuilder(response)
        .setField(response.findFieldByName(field), value)
        .build();
  }
}
