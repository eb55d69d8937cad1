package dev.grpcos.gateway.forward;

import io.grpc.Metadata;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Headers that calls carry instead of the caller's headers of the same names. Immutable. The text
 * of an object contains the names alone, because the values are secret.
 */
public final class AddedHeaders {
  /** No headers. */
  public static final AddedHeaders NONE = new AddedHeaders(Map.of());

  private final Map<Metadata.Key<String>, List<String>> values;

  private AddedHeaders(Map<Metadata.Key<String>, List<String>> values) {
    this.values = values;
  }

  /** Returns one header; the name is lowercase. */
  public static AddedHeaders of(String name, String value) {
    return new AddedHeaders(Map.of(key(name), List.of(value)));
  }

  /** Returns headers with their values, in order; the names are lowercase. */
  public static AddedHeaders of(Map<String, List<String>> headers) {
    Map<Metadata.Key<String>, List<String>> values = new LinkedHashMap<>();
    headers.forEach((name, texts) -> values.put(key(name), List.copyOf(texts)));
    return new AddedHeaders(values);
  }

  private static Metadata.Key<String> key(String name) {
    return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
  }

  /** Returns these headers and the others, which replace those of the same name. */
  public AddedHeaders and(AddedHeaders others) {
    Map<Metadata.Key<String>, List<String>> all = new LinkedHashMap<>(values);
    all.putAll(others.values);
    return new AddedHeaders(all);
  }

  /** Replaces the headers of these names. */
  public void setIn(Metadata metadata) {
    values.forEach(
        (key, texts) -> {
          metadata.discardAll(key);
          texts.forEach(text -> metadata.put(key, text));
        });
  }

  @Override
  public String toString() {
    return values.keySet().stream().map(Metadata.Key::name).toList().toString();
  }
}
