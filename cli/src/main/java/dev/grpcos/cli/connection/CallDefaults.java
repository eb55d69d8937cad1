package dev.grpcos.cli.connection;

import dev.grpcos.gateway.call.NamedUpstream;
import io.grpc.Metadata;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What calls to an endpoint have unless the caller gives something else.
 *
 * @param metadata never changed
 * @param deadline the longest time of a call; null for the default of its kind
 */
public record CallDefaults(Metadata metadata, @Nullable Duration deadline) {
  /** No defaults. */
  public static final CallDefaults NONE = new CallDefaults(new Metadata(), null);

  /** Returns the defaults of calls to an upstream of the gateway. */
  public static CallDefaults naming(String upstream) {
    Metadata metadata = new Metadata();
    metadata.put(NamedUpstream.KEY, upstream);
    return new CallDefaults(metadata, null);
  }

  /** Adds the metadata whose keys the caller has not given. */
  void addTo(Metadata given) {
    Metadata missing = new Metadata();
    missing.merge(metadata);
    for (String key : given.keys()) {
      if (key.endsWith(Metadata.BINARY_HEADER_SUFFIX)) {
        missing.discardAll(Metadata.Key.of(key, Metadata.BINARY_BYTE_MARSHALLER));
      } else {
        missing.discardAll(Metadata.Key.of(key, Metadata.ASCII_STRING_MARSHALLER));
      }
    }
    given.merge(missing);
  }
}
