package dev.grpcos.gateway.call;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.grpc.InternalMetadata;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The reasons to refuse a call that are in its method's name and its headers. */
final class HeaderDefects {
  private static final String JSON = "application/grpc+json";
  private static final byte[] CONTENT_TYPE = "content-type".getBytes(US_ASCII);
  private static final byte[] ENCODING = "grpc-encoding".getBytes(US_ASCII);
  private static final byte[] TIMEOUT = "grpc-timeout".getBytes(US_ASCII);

  private static final Metadata.Key<String> CONTENT_TYPE_KEY = key("content-type");
  private static final Metadata.Key<String> ENCODING_KEY = key("grpc-encoding");
  private static final Metadata.Key<String> TIMEOUT_KEY = key("grpc-timeout");

  private HeaderDefects() {}

  /** Returns the reason to refuse a call of a connection, or null. */
  static @Nullable Status of(String method, Metadata headers) {
    Status defect = methodDefect(method);
    byte[][] all = InternalMetadata.serialize(headers);
    for (int i = 0; i + 1 < all.length && defect == null; i += 2) {
      byte[] name = all[i];
      if (name == null) {
        continue;
      }
      if (Arrays.equals(name, TIMEOUT)) {
        defect = timeoutDefect(text(all[i + 1]));
      } else if (Arrays.equals(name, CONTENT_TYPE)) {
        defect = contentTypeDefect(text(all[i + 1]));
      } else if (Arrays.equals(name, ENCODING)) {
        defect = encodingDefect(text(all[i + 1]));
      }
    }
    return defect == null ? NamedUpstream.defect(headers) : defect;
  }

  /**
   * Returns the reason to refuse an in-process call, or null. Its headers hold objects, which are
   * not serialized to be checked.
   */
  static @Nullable Status ofInProcess(String method, Metadata headers) {
    Status defect = methodDefect(method);
    String encoding = headers.get(ENCODING_KEY);
    if (defect == null && encoding != null) {
      defect = encodingDefect(encoding);
    }
    return defect == null ? NamedUpstream.defect(headers) : defect;
  }

  /** Removes the headers that grpc-java itself would refuse. */
  static void remove(Metadata headers) {
    headers.discardAll(ENCODING_KEY);
    headers.discardAll(TIMEOUT_KEY);
  }

  /** Returns whether the messages of the call are JSON. */
  static boolean isJson(Metadata headers) {
    String type = headers.get(CONTENT_TYPE_KEY);
    return type != null && type.startsWith(JSON) && essence(type).equals(JSON);
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
    if (type.equals("application/grpc") || type.equals("application/grpc+proto")) {
      return null;
    }
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

  private static Metadata.Key<String> key(String name) {
    return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
  }
}
