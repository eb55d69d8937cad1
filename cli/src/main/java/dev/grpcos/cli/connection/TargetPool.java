package dev.grpcos.cli.connection;

import dev.grpcos.cli.schema.Schema;
import dev.grpcos.gateway.channel.EventLoops;
import io.grpc.Channel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.netty.channel.EventLoopGroup;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Keeps connections to targets warm between commands.
 *
 * <p>Commands whose targets are equal, in all options and in the content of TLS files, share a
 * connection. Unused connections are closed after a while. If there are too many, the least
 * recently used are closed first. A connection that fails is not kept. Safe for use by any thread.
 */
final class TargetPool implements AutoCloseable {
  private static final long IDLE_NANOS = Duration.ofSeconds(60).toNanos();
  private static final long SCHEMA_NANOS = Duration.ofSeconds(60).toNanos();
  private static final int MAX_CONNECTIONS = 64;

  private final Map<Target, Pooled> pool = new LinkedHashMap<>(16, 0.75f, true);
  private @Nullable EventLoopGroup loop;
  private boolean closed;

  Connection connect(Target target, Duration timeout, @Nullable Duration wait) {
    Pooled pooled = take(target);
    try {
      pooled.connection.awaitReady(timeout, wait);
      return new Loan(pooled, schemas(pooled));
    } catch (RuntimeException e) {
      forget(pooled);
      release(pooled);
      throw e;
    }
  }

  private synchronized Pooled take(Target target) {
    if (closed) {
      throw new IllegalStateException("the gateway has ended");
    }
    Pooled pooled = pool.get(target);
    if (pooled != null && pooled.connection.hasFailed()) {
      forget(pooled);
      pooled = null;
    }
    if (pooled == null) {
      pooled = new Pooled(target, ServerConnection.to(target, loop()));
      pool.put(target, pooled);
    }
    pooled.users++;
    evict();
    return pooled;
  }

  /** Returns the event loop of all connections, which is created with the first. */
  private EventLoopGroup loop() {
    EventLoopGroup present = loop;
    if (present == null) {
      present = new EventLoops(1, "grpcos-targets");
      long period = IDLE_NANOS / 4;
      var unused =
          present.scheduleWithFixedDelay(this::sweep, period, period, TimeUnit.NANOSECONDS);
      loop = present;
    }
    return present;
  }

  /**
   * Closes the least recently used connections that are not in use; all may be in use by running
   * commands.
   */
  private void evict() {
    Iterator<Pooled> oldest = pool.values().iterator();
    while (pool.size() > MAX_CONNECTIONS && oldest.hasNext()) {
      Pooled pooled = oldest.next();
      if (pooled.users == 0) {
        oldest.remove();
        pooled.connection.close();
      }
    }
  }

  private synchronized void sweep() {
    long now = System.nanoTime();
    pool.values()
        .removeIf(
            pooled -> {
              boolean idle = pooled.users == 0 && now - pooled.releasedAt > IDLE_NANOS;
              if (idle) {
                pooled.connection.close();
              }
              return idle;
            });
  }

  /** Returns the schemas of this connection, unless another server may be behind it by now. */
  private synchronized ReflectedSchemas schemas(Pooled pooled) {
    long now = System.nanoTime();
    ReflectedSchemas schemas = pooled.schemas;
    if (schemas == null || now - pooled.schemasSince > SCHEMA_NANOS) {
      schemas = new ReflectedSchemas(pooled.connection.channel());
      pooled.schemas = schemas;
      pooled.schemasSince = now;
      ReflectedSchemas kept = schemas;
      pooled.connection.onLoss(() -> drop(pooled, kept));
    }
    return schemas;
  }

  private synchronized void drop(Pooled pooled, ReflectedSchemas schemas) {
    if (pooled.schemas == schemas) {
      pooled.schemas = null;
    }
  }

  /** Stops sharing the connection; it is closed after its last use. */
  private synchronized void forget(Pooled pooled) {
    pool.remove(pooled.target, pooled);
    pooled.forgotten = true;
    closeUnused(pooled);
  }

  private synchronized void release(Pooled pooled) {
    pooled.users--;
    pooled.releasedAt = System.nanoTime();
    closeUnused(pooled);
  }

  private static void closeUnused(Pooled pooled) {
    if (pooled.users == 0 && pooled.forgotten) {
      pooled.connection.close();
    }
  }

  /** Ends every connection immediately, including its calls. */
  @Override
  public void close() {
    List<Pooled> last;
    EventLoopGroup ending;
    synchronized (this) {
      closed = true;
      last = new ArrayList<>(pool.values());
      pool.clear();
      ending = loop;
    }
    last.forEach(pooled -> pooled.connection.close());
    if (ending != null) {
      ending.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
    }
  }

  /** One connection. Its mutable state is guarded by the pool's lock. */
  private static final class Pooled {
    final Target target;
    final ServerConnection connection;
    int users;
    long releasedAt;
    boolean forgotten;
    @Nullable ReflectedSchemas schemas;
    long schemasSince;

    Pooled(Target target, ServerConnection connection) {
      this.target = target;
      this.connection = connection;
    }
  }

  /** A connection in use by one command. */
  private final class Loan implements Connection {
    private final Pooled pooled;
    private final ReflectedSchemas schemas;
    private boolean returned;

    Loan(Pooled pooled, ReflectedSchemas schemas) {
      this.pooled = pooled;
      this.schemas = schemas;
    }

    @Override
    public Channel channel() {
      return pooled.connection.channel();
    }

    @Override
    public Schema reflected(Metadata metadata) {
      return schemas.of(metadata);
    }

    @Override
    public Status explain(Status status) {
      return pooled.connection.explain(status);
    }

    @Override
    public void close() {
      if (!returned) {
        returned = true;
        release(pooled);
      }
    }
  }
}
