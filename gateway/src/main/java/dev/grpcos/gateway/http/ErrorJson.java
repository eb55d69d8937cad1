package dev.grpcos.gateway.http;

import com.google.protobuf.Any;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.grpcos.gateway.json.JsonStyle;
import dev.grpcos.gateway.json.JsonText;
import dev.grpcos.gateway.json.ResponseWriter;
import dev.grpcos.gateway.json.Types;
import dev.grpcos.gateway.json.WireMessage;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The JSON of errors.
 *
 * @see <a href="https://connectrpc.com/docs/protocol#error-end-stream">Connect protocol, error and
 *     end of stream</a>
 */
final class ErrorJson {
  /** The metadata that contains a {@code google.rpc.Status} with the error's details. */
  static final Metadata.Key<byte[]> DETAILS =
      Metadata.Key.of("grpc-status-details-bin", Metadata.BINARY_BYTE_MARSHALLER);

  private static final Base64.Encoder BASE64 = Base64.getEncoder().withoutPadding();

  private ErrorJson() {}

  /** Returns an error without details, as a line. */
  static byte[] line(Status status) {
    JsonText text = new JsonText();
    append(text, status, List.of(), null);
    text.put('\n');
    return bytes(text);
  }

  /** Returns an error with its details, as a line. */
  static byte[] line(Status status, Metadata trailers, Types types) {
    JsonText text = new JsonText();
    append(text, status, trailers, types);
    text.put('\n');
    return bytes(text);
  }

  /** Adds an error with its details to a text. */
  static void append(JsonText text, Status status, Metadata trailers, Types types) {
    append(text, status, details(trailers), types);
  }

  private static void append(
      JsonText text, Status status, List<Any> details, @Nullable Types types) {
    text.put("{\"code\":");
    text.quoted(ErrorCode.name(status.getCode()));
    if (status.getDescription() != null && !status.getDescription().isEmpty()) {
      text.put(",\"message\":");
      text.quoted(status.getDescription());
    }
    if (!details.isEmpty() && types != null) {
      text.put(",\"details\":[");
      for (int i = 0; i < details.size(); i++) {
        if (i > 0) {
          text.put(',');
        }
        detail(text, details.get(i), types);
      }
      text.put(']');
    }
    text.put('}');
  }

  private static void detail(JsonText text, Any detail, Types types) {
    String url = detail.getTypeUrl();
    String name = url.substring(url.lastIndexOf('/') + 1);
    text.put("{\"type\":");
    text.quoted(name);
    text.put(",\"value\":\"");
    text.put(BASE64.encode(detail.getValue().toByteArray()));
    text.put('"');
    Descriptor type = types.message(name);
    if (type != null) {
      try {
        var message = WireMessage.parse(type, detail.getValue());
        text.put(",\"debug\":");
        new ResponseWriter(types, JsonStyle.COMPACT).append(message, text);
      } catch (InvalidProtocolBufferException e) {
        // The value alone describes it.
      }
    }
    text.put('}');
  }

  private static List<Any> details(Metadata trailers) {
    byte[] status = trailers.get(DETAILS);
    if (status == null) {
      return List.of();
    }
    try {
      return com.google.rpc.Status.parseFrom(status).getDetailsList();
    } catch (InvalidProtocolBufferException e) {
      return List.of();
    }
  }

  static byte[] bytes(JsonText text) {
    return Arrays.copyOf(text.array(), text.length());
  }
}
