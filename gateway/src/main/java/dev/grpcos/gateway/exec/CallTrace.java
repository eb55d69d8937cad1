package dev.grpcos.gateway.exec;

import dev.grpcos.gateway.text.TraceContext;
import io.grpc.Metadata;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The trace of a call as variables, with which a program can continue it. */
final class CallTrace {
  private CallTrace() {}

  /**
   * Returns the variables {@code TRACEPARENT}, {@code TRACESTATE} and {@code BAGGAGE}, each only if
   * the metadata has a valid value for it.
   */
  static Map<String, String> variables(Metadata metadata) {
    Map<String, String> variables = new TreeMap<>();
    if (add(TraceContext.PARENT, metadata, variables)) {
      boolean unused = add(TraceContext.STATE, metadata, variables);
    }
    boolean unused = add(TraceContext.BAGGAGE, metadata, variables);
    return variables;
  }

  private static boolean add(TraceContext part, Metadata metadata, Map<String, String> variables) {
    String value = value(part, metadata);
    if (value == null || !part.isValid(value)) {
      return false;
    }
    variables.put(part.key().toUpperCase(Locale.ROOT), value);
    return true;
  }

  /** Returns all values as a list; several parents make a list that is no valid parent. */
  private static @Nullable String value(TraceContext part, Metadata metadata) {
    Iterable<String> all =
        metadata.getAll(Metadata.Key.of(part.key(), Metadata.ASCII_STRING_MARSHALLER));
    return all == null ? null : String.join(",", all);
  }
}
