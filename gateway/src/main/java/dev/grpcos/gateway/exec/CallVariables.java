package dev.grpcos.gateway.exec;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ListValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.grpcos.gateway.json.JsonStyle;
import dev.grpcos.gateway.json.ResponseWriter;
import dev.grpcos.gateway.peer.PeerIdentity;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The environment of a program: some variables of the gateway's own environment, those that the
 * configuration adds, and those that describe the call.
 */
final class CallVariables {
  /** The variables that programs need to find other programs and to choose a language. */
  private static final List<String> PASSED_ON =
      List.of("PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "TZ", "TMPDIR");

  /** The longest string that Linux passes to a program, without its zero byte: 32 pages. */
  private static final int MOST_BYTES = 32 * 4096 - 1;

  private final Map<String, String> always = new TreeMap<>();

  /**
   * Creates the variables of a method.
   *
   * @param own the gateway's environment
   * @param added the variables that the configuration adds
   */
  CallVariables(Map<String, String> own, Map<String, String> added) {
    always.putAll(passedOn(own));
    always.putIfAbsent("PATH", "/usr/local/bin:/usr/bin:/bin");
    always.putAll(added);
  }

  /** Returns the variables that programs get from this environment. */
  static Map<String, String> passedOn(Map<String, String> own) {
    Map<String, String> passed = new TreeMap<>(own);
    passed.keySet().removeIf(name -> !PASSED_ON.contains(name) && !name.startsWith("LC_"));
    return passed;
  }

  /** Returns the variables that every call has, as {@code NAME=VALUE}. */
  List<String> always() {
    return text(always);
  }

  private static List<String> text(Map<String, String> variables) {
    List<String> text = new ArrayList<>();
    variables.forEach((name, value) -> text.add(name + "=" + value));
    return text;
  }

  /**
   * Returns the variables of a call, as {@code NAME=VALUE}.
   *
   * @param socket the socket through which the call came; null if it came over TCP
   * @throws StatusException if a variable cannot hold the metadata
   */
  List<String> of(
      String method,
      PeerIdentity peer,
      @Nullable Path socket,
      Metadata metadata,
      @Nullable Instant deadline)
      throws StatusException {
    Map<String, String> first = new TreeMap<>(always);
    first.putAll(CallTrace.variables(metadata));
    List<String> variables = text(first);
    variables.add("GRPCOS_METHOD=" + method);
    variables.add("GRPCOS_PEER_UID=" + Integer.toUnsignedString(peer.uid()));
    if (socket != null) {
      // The program's own calls get the rights of its caller's socket, and no more.
      variables.add("GRPCOS_SOCKET=" + socket);
    }
    String all = "GRPCOS_METADATA=" + json(metadata);
    int size = all.getBytes(UTF_8).length;
    if (size > MOST_BYTES) {
      throw Status.RESOURCE_EXHAUSTED
          .withDescription(
              "the call's metadata takes %d bytes as JSON, and an environment variable %d: send less"
                  .formatted(size, MOST_BYTES))
          .asException();
    }
    variables.add(all);
    if (deadline != null) {
      variables.add("GRPCOS_DEADLINE=" + BigDecimal.valueOf(deadline.toEpochMilli(), 3));
    }
    return variables;
  }

  /**
   * Returns the metadata as an object of arrays, because names may repeat. Binary values are
   * base64.
   */
  static String json(Metadata metadata) {
    return new ResponseWriter(new DetailTypes(), JsonStyle.COMPACT).toJson(struct(metadata));
  }

  private static Struct struct(Metadata metadata) {
    Struct.Builder struct = Struct.newBuilder();
    for (String name : new TreeSet<>(metadata.keys())) {
      ListValue.Builder values = ListValue.newBuilder();
      if (name.endsWith(Metadata.BINARY_HEADER_SUFFIX)) {
        Iterable<byte[]> all =
            metadata.getAll(Metadata.Key.of(name, Metadata.BINARY_BYTE_MARSHALLER));
        for (byte[] value : all == null ? List.<byte[]>of() : all) {
          values.addValues(text(Base64.getEncoder().encodeToString(value)));
        }
      } else {
        Iterable<String> all =
            metadata.getAll(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER));
        for (String value : all == null ? List.<String>of() : all) {
          values.addValues(text(value));
        }
      }
      struct.putFields(name, Value.newBuilder().setListValue(values).build());
    }
    return struct.build();
  }

  private static Value text(String value) {
    return Value.newBuilder().setStringValue(value).build();
  }
}
