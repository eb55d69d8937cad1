package dev.grpcos.cli.suites;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import dev.grpcos.cli.distribution.Outcome;
import dev.grpcos.cli.inprocess.InProcessCommand;
import dev.grpcos.cli.inprocess.InProcessGateway;
import dev.grpcos.cli.inprocess.InProcessRun;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** The client under test of Connect's suite: one {@code call --envelope} for each of its cases. */
final class ConnectClient implements AutoCloseable {
  private static final int PARALLEL = 4;
  private static final Duration SOON = Duration.ofMinutes(2);

  private final InProcessGateway gateway;
  private final CompiledProtos protos;
  private final Descriptor request;
  private final Descriptor response;
  private final JsonFormat.Parser json;
  private final ExecutorService calls = Executors.newFixedThreadPool(PARALLEL);

  /**
   * Creates a client.
   *
   * @param gateway runs the commands in its resident
   */
  ConnectClient(InProcessGateway gateway, CompiledProtos protos) {
    this.gateway = gateway;
    this.protos = protos;
    request = protos.message(ConnectProtos.PACKAGE + "ClientCompatRequest");
    response = protos.message(ConnectProtos.PACKAGE + "ClientCompatResponse");
    FileDescriptor service = protos.message(ConnectProtos.PACKAGE + "Header").getFile();
    json =
        JsonFormat.parser()
            .usingTypeRegistry(
                JsonFormat.TypeRegistry.newBuilder().add(service.getMessageTypes()).build());
  }

  void hold(RunnerFrames frames) throws Exception {
    List<CompletableFuture<Void>> answers = new ArrayList<>();
    for (byte[] next = frames.next(); next != null; next = frames.next()) {
      Fields test = new Fields(DynamicMessage.parseFrom(request, next));
      answers.add(
          CompletableFuture.runAsync(
              () -> {
                try {
                  frames.send(answer(test).toByteArray());
                } catch (IOException e) {
                  throw new IllegalStateException(test.text("test_name"), e);
                }
              },
              calls));
    }
    CompletableFuture.allOf(answers.toArray(CompletableFuture<?>[]::new)).get();
  }

  private Message answer(Fields test) throws IOException {
    Outcome outcome = call(test);
    DynamicMessage.Builder answer = DynamicMessage.newBuilder(response);
    set(answer, "test_name", test.text("test_name"));
    if (outcome.stdout().lines().count() == 1) {
      JsonObject envelope = JsonParser.parseString(outcome.stdout()).getAsJsonObject();
      set(answer, "response", result(envelope));
    } else {
      DynamicMessage.Builder error = child(answer, "error");
      set(error, "message", outcome.toString());
      set(answer, "error", error.build());
    }
    return answer.build();
  }

  private Outcome call(Fields test) {
    InProcessCommand command =
        new InProcessCommand(line(test)).inResident(gateway.lent()).stdinHeldOpen(new byte[0]);
    try (InProcessRun run = command.start()) {
      for (Fields message : test.children("request_messages")) {
        pause(Duration.ofMillis(test.number("request_delay_ms")));
        run.type(Delimited.write(message.get("value", ByteString.class)));
      }
      run.closeInput();
      return run.end(SOON);
    }
  }

  /** The case itself requests the pause. */
  private static void pause(Duration time) {
    try {
      TimeUnit.NANOSECONDS.sleep(time.toNanos());
    } catch (InterruptedException e) {
      throw new IllegalStateException("no thread is interrupted here", e);
    }
  }

  private List<String> line(Fields test) {
    List<String> line = new ArrayList<>(List.of("call", "--plaintext", "--envelope"));
    line.addAll(List.of("-t", test.text("host") + ":" + test.number("port")));
    line.addAll(List.of("--protoset", protos.protoset().toString(), "--input=binary"));
    line.add("--deadline=" + (test.has("timeout_ms") ? test.number("timeout_ms") + "ms" : "none"));
    if (test.constant("compression").equals("COMPRESSION_GZIP")) {
      line.add("--gzip");
    }
    if (test.number("message_receive_limit") > 0) {
      line.add("--max-message-size=" + test.number("message_receive_limit"));
    }
    if (test.has("cancel") && test.child("cancel").has("after_num_responses")) {
      line.add("--limit=" + test.child("cancel").number("after_num_responses"));
    }
    for (Fields header : test.children("request_headers")) {
      header.texts("value").forEach(value -> line.add("-H" + header.text("name") + ": " + value));
    }
    line.add(test.text("service") + "/" + test.text("method"));
    return line;
  }

  private Message result(JsonObject envelope) throws InvalidProtocolBufferException {
    DynamicMessage.Builder result = child(DynamicMessage.newBuilder(response), "response");
    headers(result, "response_headers", envelope.getAsJsonObject("headers"));
    headers(result, "response_trailers", envelope.getAsJsonObject("trailers"));
    for (JsonElement each : envelope.getAsJsonArray("responses")) {
      DynamicMessage.Builder payload = child(result, "payloads");
      JsonElement content = each.getAsJsonObject().get("payload");
      if (content != null) {
        json.merge(content.toString(), payload);
      }
      add(result, "payloads", payload.build());
    }
    JsonObject status = envelope.getAsJsonObject("status");
    int code = status.get("code").getAsInt();
    if (code != 0) {
      DynamicMessage.Builder error = child(result, "error");
      var codes = error.getDescriptorForType().findFieldByName("code").getEnumType();
      set(error, "code", codes.findValueByNumberCreatingIfUnknown(code));
      set(error, "message", status.get("message").getAsString());
      for (JsonElement detail : status.getAsJsonArray("details")) {
        add(error, "details", detail(detail.getAsJsonObject(), child(error, "details")));
      }
      set(result, "error", error.build());
    }
    return result.build();
  }

  private Message detail(JsonObject detail, DynamicMessage.Builder any)
      throws InvalidProtocolBufferException {
    if (detail.has("@value")) {
      set(any, "type_url", detail.get("@type").getAsString());
      byte[] value = Base64.getDecoder().decode(detail.get("@value").getAsString());
      set(any, "value", ByteString.copyFrom(value));
    } else {
      json.merge(detail.toString(), any);
    }
    return any.build();
  }

  private static void headers(DynamicMessage.Builder result, String field, JsonObject values) {
    for (Map.Entry<String, JsonElement> entry : values.entrySet()) {
      DynamicMessage.Builder header = child(result, field);
      set(header, "name", entry.getKey());
      for (JsonElement value : entry.getValue().getAsJsonArray()) {
        add(header, "value", value.getAsString());
      }
      add(result, field, header.build());
    }
  }

  private static DynamicMessage.Builder child(DynamicMessage.Builder parent, String field) {
    return parent.newBuilderForField(parent.getDescriptorForType().findFieldByName(field));
  }

  private static void set(DynamicMessage.Builder message, String field, Object value) {
    message.setField(message.getDescriptorForType().findFieldByName(field), value);
  }

  private static void add(DynamicMessage.Builder message, String field, Object value) {
    message.addRepeatedField(message.getDescriptorForType().findFieldByName(field), value);
  }

  @Override
  public void close() {
    calls.shutdownNow();
  }
}
