package dev.grpcos.gateway.call;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.grpcos.gateway.peer.InProcessPeer;
import io.grpc.InternalMetadata;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What the method's name and the headers of a call tell the gateway itself.
 *
 * @param defect the reason to refuse the call; null if there is none
 * @param json whether the messages are JSON
 * @param upstream the upstream that the caller names; null if there is none
 */
record GatewayHeaders(@Nullable Status defect, boolean json, @Nullable String upstream) {
  private static final String JSON = "application/grpc+json";
  private static final byte[] GRPC = ascii("application/grpc");

  private static final byte[] CONTENT_TYPE = ascii("content-type");
  private static final byte[] ENCODING = ascii("grpc-encoding");
  private static final byte[] TIMEOUT = ascii("grpc-timeout");
  private static final byte[] UPSTREAM = ascii(NamedUpstream.NAME);
  private static final byte[] PEER = ascii(InProcessPeer.NAME);

  private static final Metadata.Key<String> ENCODING_KEY = key("grpc-encoding");
  private static final Metadata.Key<String> TIMEOUT_KEY = key("grpc-timeout");

  /**
   * Takes the headers of a call of a connection. It removes those that are for the gateway alone,
   * and if there is a defect, those that grpc-java itself would refuse.
   *
   * <p>This method uses {@code InternalMetadata}, because every call passes it: the public API
   * searches all headers for each name.
   */
  static GatewayHeaders take(String method, Metadata headers) {
    Status defect = methodDefect(method);
    boolean json = false;
    boolean named = false;
    boolean forged = false;
    byte[][] all = InternalMetadata.serialize(headers);
    for (int i = 0; i + 1 < all.length; i += 2) {
      byte[] name = all[i];
      byte[] value = all[i + 1];
      Status found = null;
      if (name == null) {
        continue;
      } else if (Arrays.equals(name, CONTENT_TYPE)) {
        json = false;
        if (!Arrays.equals(value, GRPC)) {
          String type = text(value);
          json = isJson(type);
          found = json ? null : contentTypeDefect(type);
        }
      } else if (Arrays.equals(name, TIMEOUT)) {
        found = timeoutDefect(text(value));
      } else if (Arrays.equals(name, ENCODING)) {
        found = encodingDefect(text(value));
      } else {
        named |= Arrays.equals(name, UPSTREAM);
        forged |= Arrays.equals(name, PEER);
      }
      defect = defect == null ? found : defect;
    }
    if (forged) {
      InProcessPeer.removeFrom(headers);
    }
    return named || defect != null
        ? take(headers, defect, json)
        : new GatewayHeaders(null, json, null);
  }

  /**
   * Takes the headers of an in-process call, whose messages are protobuf. Its headers hold objects,
   * which are not serialized to be checked.
   */
  static GatewayHeaders takeInProcess(String method, Metadata headers) {
    Status defect = methodDefect(method);
    String encoding = headers.get(ENCODING_KEY);
    if (defect == null && encoding != null) {
      defect = encodingDefect(encoding);
    }
    return take(headers, defect, false);
  }

  private static GatewayHeaders take(Metadata headers, @Nullable Status known, boolean json) {
    Status defect = known == null ? NamedUpstream.defect(headers) : known;
    String upstream = NamedUpstream.of(headers);
    headers.discardAll(NamedUpstream.KEY);
    if (defect != null) {
      headers.discardAll(ENCODING_KEY);
      headers.discardAll(TIMEOUT_KEY);
    }
    return new GatewayHeaders(defect, json, defect == null ? upstream : null);
  }

  private static boolean isJson(String type) {
    return type.startsWith(JSON) && essence(type).equals(JSON);
  }

  private static @Nullable Status methodDefect(String method) {
    return MethodName.isValid(method)
        ? null
        : Status.UNIMPLEMENTED.withDescription(
            "method name " + MethodName.printable(method) + " is malformed; give SERVICE/METHOD");
  }

  private static @Nullable Status timeoutDefect(String timeout) {
    int digits = timeout.length() - 1;
    if (digits < 1 || digits > 8 || "HMSmun".indexOf(timeout.charAt(digits)) < 0) {
      return Status.INTERNAL.withDescription("grpc-timeout " + timeout + " is malformed");
    }
    boolean zero = true;
    for (int i = 0; i < digits; i++) {
      char digit = timeout.charAt(i);
      if (digit < '0' || digit > '9') {
        return Status.INTERNAL.withDescription("grpc-timeout " + timeout + " is malformed");
      }
      zero &= digit == '0';
    }
    return zero
        ? Status.DEADLINE_EXCEEDED.withDescription("grpc-timeout " + timeout + " has expired")
        : null;
  }

  private static @Nullable Status contentTypeDefect(String type) {
    String essence = essence(type);
    return essence.equals("application/grpc")
            || essence.equals("application/grpc+proto")
            || essence.equals(JSON)
        ? null
        : Status.UNIMPLEMENTED.withDescription(
            "content-type %s is not supported; use application/grpc or %s".formatted(type, JSON));
  }

  private static @Nullable Status encodingDefect(String encoding) {
    return Encodings.passes(encoding)
        ? null
        : Status.UNIMPLEMENTED.withDescription(
            "grpc-encoding " + encoding + " is not supported; use one of " + Encodings.READABLE);
  }

  /** Returns the content type without parameters. */
  private static String essence(String type) {
    int end = type.indexOf(';');
    return (end < 0 ? type : type.substring(0, end)).strip().toLowerCase(Locale.ROOT);
  }

  private static String text(byte[] value) {
    return new String(value, US_ASCII);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(US_ASCII);
  }

  private static Metadata.Key<String> key(String name) {
    return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
  }
}
