package dev.grpcos.cli.connection;

import dev.grpcos.cli.schema.LinkedSchema;
import dev.grpcos.cli.schema.Schema;
import dev.grpcos.gateway.call.NamedUpstream;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.stub.MetadataUtils;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The schemas from one server's reflection, one for each metadata of the requests, because the
 * visible services may depend on a token or a tenant. Safe for use by any thread.
 */
final class ReflectedSchemas {
  /** The number of schemas that are kept; the least recently used is dropped first. */
  private static final int MAX_SCHEMAS = 8;

  private final Channel channel;
  private final Map<List<String>, Schema> schemas = new LinkedHashMap<>(16, 0.75f, true);

  ReflectedSchemas(Channel channel) {
    this.channel = channel;
  }

  /** Returns the schema that the server has for this metadata. */
  synchronized Schema of(Metadata metadata) {
    Schema schema = schemas.computeIfAbsent(content(metadata), unused -> asked(metadata));
    if (schemas.size() > MAX_SCHEMAS) {
      schemas.remove(schemas.keySet().iterator().next());
    }
    return schema;
  }

  /** Returns the schema that a gateway has for the upstream that this metadata names, if any. */
  Schema ofGateway(Metadata metadata) {
    String upstream = NamedUpstream.of(metadata);
    Metadata naming = new Metadata();
    if (upstream != null) {
      naming.put(NamedUpstream.KEY, upstream);
    }
    return of(naming);
  }

  /**
   * Returns a channel whose calls name an upstream of the gateway.
   *
   * @param upstream the name; null for none
   */
  static Channel naming(@Nullable String upstream, Channel channel) {
    if (upstream == null) {
      return channel;
    }
    Metadata metadata = new Metadata();
    metadata.put(NamedUpstream.KEY, upstream);
    return ClientInterceptors.intercept(
        channel, MetadataUtils.newAttachHeadersInterceptor(metadata));
  }

  private Schema asked(Metadata metadata) {
    return LinkedSchema.reflected(
        metadata.keys().isEmpty()
            ? channel
            : ClientInterceptors.intercept(
                channel, MetadataUtils.newAttachHeadersInterceptor(metadata)));
  }

  /** Returns keys and values: {@code Metadata} has no equality by content. */
  private static List<String> content(Metadata metadata) {
    List<String> content = new ArrayList<>();
    for (String key : new TreeSet<>(metadata.keys())) {
      content.add(key);
      if (key.endsWith(Metadata.BINARY_HEADER_SUFFIX)) {
        Iterable<byte[]> values =
            metadata.getAll(Metadata.Key.of(key, Metadata.BINARY_BYTE_MARSHALLER));
        if (values != null) {
          values.forEach(value -> content.add(" " + Base64.getEncoder().encodeToString(value)));
        }
      } else {
        Iterable<String> values =
            metadata.getAll(Metadata.Key.of(key, Metadata.ASCII_STRING_MARSHALLER));
        if (values != null) {
          values.forEach(value -> content.add(" " + value));
        }
      }
    }
    return content;
  }
}
