package dev.grpcos.cli.connection;

import dev.grpcos.cli.schema.LinkedSchema;
import dev.grpcos.cli.schema.Schema;
import dev.grpcos.gateway.policy.SocketAccess;
import dev.grpcos.gateway.policy.SocketCaller;
import dev.grpcos.gateway.policy.SocketRights;
import io.grpc.Channel;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The schemas of a gateway's services. A schema is read with the caller's rights, so there is one
 * for each user, socket and upstream. It is kept until the services change. Safe for use by any
 * thread.
 */
final class GatewaySchemas {
  /** The number of schemas that are kept; the least recently used is dropped first. */
  private static final int MAX_SCHEMAS = 16;

  private final LongSupplier generations;
  private final Map<SchemaView, Cached> schemas = new LinkedHashMap<>(16, 0.75f, true);

  /**
   * The facts on which a schema depends, apart from the gateway's services.
   *
   * @param upstream the upstream that the caller names; null for none
   */
  private record SchemaView(
      int uid, SocketAccess socket, SocketRights rights, @Nullable String upstream) {
    static SchemaView of(SocketCaller caller, @Nullable String upstream) {
      return new SchemaView(
          caller.peer().uid(), caller.socket(), caller.socket().rights(), upstream);
    }
  }

  private record Cached(long generation, Schema schema) {}

  /**
   * @param generations returns a number that differs when the services have changed
   */
  GatewaySchemas(LongSupplier generations) {
    this.generations = generations;
  }

  /** Returns the number of the current services. */
  long generation() {
    return generations.getAsLong();
  }

  /**
   * Returns the schema for a caller, which is read through this channel when it is needed.
   *
   * @param upstream the upstream that the caller names; null for none
   */
  synchronized Schema of(SocketCaller caller, Channel channel, @Nullable String upstream) {
    SchemaView view = SchemaView.of(caller, upstream);
    long generation = generation();
    Cached cached = schemas.get(view);
    if (cached == null || cached.generation() != generation) {
      cached =
          new Cached(
              generation, LinkedSchema.reflected(ReflectedSchemas.naming(upstream, channel)));
      put(view, cached);
    }
    return cached.schema();
  }

  /** Keeps a schema that was read from the services with this number. */
  synchronized void keep(SocketCaller caller, long generation, Schema schema) {
    put(SchemaView.of(caller, null), new Cached(generation, schema));
  }

  private void put(SchemaView view, Cached schema) {
    schemas.put(view, schema);
    if (schemas.size() > MAX_SCHEMAS) {
      schemas.remove(schemas.keySet().iterator().next());
    }
  }
}
