package dev.grpcos.gateway;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.TextFormat;
import dev.grpcos.gateway.call.EncodedMessage;
import dev.grpcos.gateway.config.ConfigSource;
import dev.grpcos.gateway.config.GatewayConfig;
import dev.grpcos.gateway.config.OtlpConfig;
import dev.grpcos.gateway.http.RawHttp1;
import dev.grpcos.gateway.json.JsonReader;
import dev.grpcos.gateway.json.RequestReader;
import dev.grpcos.gateway.reflection.DescriptorIndex;
import dev.grpcos.gateway.reflection.ServedTypes;
import dev.grpcos.gateway.replay.Replay;
import dev.grpcos.gateway.replay.ReplayOptions;
import dev.grpcos.gateway.telemetry.TestCollector;
import dev.grpcos.proto.admin.v1.AdminGrpc;
import dev.grpcos.proto.admin.v1.EndTapRequest;
import dev.grpcos.proto.admin.v1.GetStatusRequest;
import dev.grpcos.proto.admin.v1.TapRequest;
import dev.grpcos.proto.admin.v1.TapResponse;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests that no output of the gateway contains the secrets of calls. A recording has the steps of a
 * tap, so what a tap does not have, no recording has.
 */
class SecretsTest {
  private static final String SECRET = "not-to-be-shown-to-anyone";

  /** Keys of metadata whose values are secrets, in any direction. */
  private static final List<String> SECRET_KEYS =
      List.of(
          "authorization",
          "proxy-authorization",
          "cookie",
          "set-cookie",
          "x-api-key",
          "x-session-token",
          "x-access-token-bin",
          "x-signing-key-bin");

  private static final String SCHEMA =
      """
      name: "r.proto" package: "r" syntax: "proto3" dependency: "google/protobuf/any.proto"
      message_type { name: "M"
        field { name: "name" number: 1 label: LABEL_OPTIONAL type: TYPE_STRING }
        field { name: "pin" number: 2 label: LABEL_OPTIONAL type: TYPE_STRING
                options { debug_redact: true } }
        field { name: "codes" number: 3 label: LABEL_REPEATED type: TYPE_STRING
                options { debug_redact: true } }
        field { name: "blob" number: 4 label: LABEL_OPTIONAL type: TYPE_BYTES
                options { debug_redact: true } }
        field { name: "inner" number: 5 label: LABEL_OPTIONAL type: TYPE_MESSAGE type_name: ".r.M" }
        field { name: "list" number: 6 label: LABEL_REPEATED type: TYPE_MESSAGE type_name: ".r.M" }
        field { name: "by_name" number: 7 label: LABEL_REPEATED type: TYPE_MESSAGE
                type_name: ".r.M.ByNameEntry" }
        field { name: "labels" number: 8 label: LABEL_REPEATED type: TYPE_MESSAGE
                type_name: ".r.M.LabelsEntry" options { debug_redact: true } }
        field { name: "hidden" number: 9 label: LABEL_OPTIONAL type: TYPE_MESSAGE type_name: ".r.M"
                options { debug_redact: true } }
        field { name: "anys" number: 10 label: LABEL_REPEATED type: TYPE_MESSAGE
                type_name: ".google.protobuf.Any" }
        nested_type { name: "ByNameEntry"
          field { name: "key" number: 1 label: LABEL_OPTIONAL type: TYPE_STRING }
          field { name: "value" number: 2 label: LABEL_OPTIONAL type: TYPE_MESSAGE
                  type_name: ".r.M" }
          options { map_entry: true } }
        nested_type { name: "LabelsEntry"
          field { name: "key" number: 1 label: LABEL_OPTIONAL type: TYPE_STRING }
          field { name: "value" number: 2 label: LABEL_OPTIONAL type: TYPE_STRING }
          options { map_entry: true } } }
      service { name: "S"
        method { name: "Get" input_type: ".r.M" output_type: ".r.M" }
        method { name: "Fail" input_type: ".r.M" output_type: ".r.M" } }
      """;

  /** A message with the secret in each of its fields; only names are no secrets. */
  private static final String FIELDS =
      """
      "name":"shown","pin":"SECRET","codes":["SECRET","SECRET"],"blob":"SECRET64",
      "labels":{"a":"SECRET"},"hidden":{"name":"SECRET"}\
      """
          .replace("\n", "")
          .replace("SECRET64", base64(SECRET))
          .replace("SECRET", SECRET);

  /** An Any whose content ends in the middle of the secret. */
  private static final String CUT_ANY =
      "{\"@type\":\"type.googleapis.com/r.M\",\"@value\":\"%s\"}"
          .formatted(base64("\u0012\u007f" + SECRET));

  private static final String ANY = "{\"@type\":\"type.googleapis.com/r.M\"," + FIELDS + "}";

  private static final String MESSAGE =
      "{%s,\"inner\":{%s},\"list\":[{%s}],\"byName\":{\"k\":{%s}},\"anys\":[%s,%s]}"
          .formatted(FIELDS, FIELDS, FIELDS, FIELDS, ANY, CUT_ANY);

  @TempDir Path folder;

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(ISO_8859_1));
  }

  /** Returns the texts by which the secret shows in any of its encodings. */
  private static List<String> forms() {
    return Stream.concat(
            Stream.of(SECRET),
            // The middle of the base64 text, for each of the offsets that the secret may have.
            Stream.of("", " ", "  ")
                .map(before -> base64(before + SECRET))
                .map(text -> text.substring(4, text.length() - 4)))
        .toList();
  }

  private static void assertNoSecret(String output, String has) {
    assertThat(output).contains(has).doesNotContain(forms());
  }

  private static List<FileDescriptorProto> schema() throws Exception {
    return List.of(
        com.google.protobuf.AnyProto.getDescriptor().toProto(),
        TextFormat.parse(SCHEMA, FileDescriptorProto.class));
  }

  /** The gateway answers with secrets: a replay sends what its recording has. */
  private static Replay replay() throws Exception {
    String metadata =
        SECRET_KEYS.stream()
            .map(
                key ->
                    "\"%s\":[\"%s\"]"
                        .formatted(key, key.endsWith("-bin") ? base64(SECRET) : SECRET))
            .collect(Collectors.joining(",", "{", ",\"x-shown\":[\"yes\"]}"));
    String calls =
        """
        {"method":"r.S/Get","request":M,"headers":H,"response":M,"trailers":H}
        {"method":"r.S/Fail","request":M,"headers":H,"trailers":H,\
        "status":{"name":"ABORTED","message":"no","details":[A]}}
        """
            .replace("H", metadata)
            .replace("[A]", "[" + ANY + "," + CUT_ANY + "]")
            .replace("\"request\":M", "\"request\":" + MESSAGE)
            .replace("\"response\":M", "\"response\":" + MESSAGE);
    return Replay.read(
        new ByteArrayInputStream(calls.getBytes(UTF_8)), "run", schema(), ReplayOptions.DEFAULT);
  }

  private static byte[] request() throws Exception {
    ServedTypes types = new ServedTypes(new DescriptorIndex(schema()));
    DynamicMessage message =
        new RequestReader(Objects.requireNonNull(types.message("r.M")), types)
            .next(
                new JsonReader(
                    new ByteArrayInputStream(MESSAGE.getBytes(UTF_8)), "test", 1 << 20, false));
    return Objects.requireNonNull(message).toByteArray();
  }

  private static byte[] call(Channel channel, String method) throws Exception {
    Metadata metadata = new Metadata();
    for (String key : SECRET_KEYS) {
      if (key.endsWith(Metadata.BINARY_HEADER_SUFFIX)) {
        metadata.put(Metadata.Key.of(key, Metadata.BINARY_BYTE_MARSHALLER), SECRET.getBytes(UTF_8));
      } else {
        metadata.put(Metadata.Key.of(key, Metadata.ASCII_STRING_MARSHALLER), SECRET);
      }
    }
    return ClientCalls.blockingUnaryCall(
        ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(metadata)),
        MethodDescriptor.<byte[], byte[]>newBuilder()
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName("r.S/" + method)
            .setRequestMarshaller(EncodedMessage.MARSHALLER)
            .setResponseMarshaller(EncodedMessage.MARSHALLER)
            .build(),
        CallOptions.DEFAULT,
        request());
  }

  @Test
  void noOutputContainsSecretsOfCalls() throws Exception {
    try (TestCollector collector = new TestCollector();
        Gateway gateway =
            Gateway.start(
                ConfigSource.fixed(
                    GatewayConfig.defaults(folder.resolve("g.sock"))
                        .withTelemetry(
                            new OtlpConfig(
                                collector.endpoint(), Map.of(), null, Duration.ofSeconds(1), 100))),
                GatewayOptions.DEFAULT.withReplay(replay()));
        SocketClient clients = new SocketClient(gateway.socket())) {
      Channel channel = clients.channel();
      StreamRecorder<TapResponse> tap = new StreamRecorder<>();
      AdminGrpc.newStub(channel).tap(TapRequest.getDefaultInstance(), tap);
      long number = tap.first(1).get(0).getOpened().getTap();

      assertThat(new String(call(channel, "Get"), UTF_8)).contains(SECRET);
      StatusRuntimeException failure =
          catchThrowableOfType(StatusRuntimeException.class, () -> call(channel, "Fail"));
      assertThat(failure.getStatus().getDescription()).isEqualTo("no");

      AdminGrpc.AdminBlockingStub admin = AdminGrpc.newBlockingStub(channel);
      var unused = admin.endTap(EndTapRequest.newBuilder().setTap(number).build());
      assertThat(tap.status().isOk()).isTrue();
      String shown = tap.messages().toString();
      assertNoSecret(shown, "x-shown");
      assertThat(shown)
          .contains(SECRET_KEYS)
          .contains("details: \"{\\\"@type\\\":\\\"type.googleapis.com/r.M\\\"")
          .contains("\\\"inner\\\":{\\\"name\\\":\\\"shown\\\",\\\"pin\\\":\\\"(not shown)\\\"");
      assertNoSecret(
          admin.getStatus(GetStatusRequest.newBuilder().setMetrics(true).build()).toString(),
          "r.S/Fail");
      try (RawHttp1 http = new RawHttp1(gateway.socket())) {
        http.send(RawHttp1.request("GET", "/metrics", ""));
        assertNoSecret(http.response().body(), "r.S/Fail");
      }
      assertNoSecret(collector.await("/v1/traces", "r.S/Fail"), "r.S/Get");
      assertNoSecret(collector.await("/v1/metrics", "r.S/Fail"), "r.S/Get");
    }
  }
}
