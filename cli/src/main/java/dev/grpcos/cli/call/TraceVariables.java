package dev.grpcos.cli.call;

import dev.grpcos.gateway.text.TraceContext;
import io.grpc.Metadata;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The trace in the caller's environment, which calls continue.
 *
 * <p>Metadata that was given explicitly takes precedence. A {@code tracestate} belongs to the
 * {@code traceparent} beside it, so it is sent with that one only.
 *
 * @see <a href="https://opentelemetry.io/docs/specs/otel/context/env-carriers/">environment
 *     variables as carriers</a>
 */
public final class TraceVariables {
  private final HeaderArguments.Variables variables;
  private final List<String> notes = new ArrayList<>();

  /** Creates a reader of the caller's environment. */
  public TraceVariables(HeaderArguments.Variables variables) {
    this.variables = variables;
  }

  /**
   * Adds what the environment has to the metadata of calls.
   *
   * @param other further metadata of the same calls
   * @return a note for each variable that is ignored
   */
  public List<String> addTo(Metadata metadata, Metadata other) {
    notes.clear();
    if (add(TraceContext.PARENT, metadata, other)) {
      boolean unused = add(TraceContext.STATE, metadata, other);
    }
    boolean unused = add(TraceContext.BAGGAGE, metadata, other);
    return List.copyOf(notes);
  }

  /** Adds a value unless there is one; returns whether it was added. */
  private boolean add(TraceContext part, Metadata metadata, Metadata other) {
    String name = part.key().toUpperCase(Locale.ROOT);
    boolean present = metadata.containsKey(key(part)) || other.containsKey(key(part));
    String value = present ? null : given(name);
    if (value == null) {
      return false;
    }
    if (!part.isValid(value)) {
      notes.add(name + " is not sent: it is not a valid " + part.key() + ", or too long");
      return false;
    }
    metadata.put(key(part), value);
    return true;
  }

  private @Nullable String given(String name) {
    String value = variables.get(name);
    return value == null || value.isEmpty() ? null : value;
  }

  private static Metadata.Key<String> key(TraceContext part) {
    return Metadata.Key.of(part.key(), Metadata.ASCII_STRING_MARSHALLER);
  }
}
