package dev.grpcos.gateway.http;

import io.grpc.Status;
import io.netty.channel.Channel;
import io.netty.util.Attribute;
import io.netty.util.AttributeKey;
import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The conversions of the large messages of a connection's calls. One at a time runs on another
 * thread or waits for one, so that a client with many calls on a connection takes no more of these
 * threads than one with a request of HTTP/1.1. Confined to the connection's event loop.
 */
final class ConnectionConversions {
  private static final AttributeKey<ConnectionConversions> KEY =
      AttributeKey.valueOf("dev.grpcos.gateway.conversions");

  private final SharedConverters converters;
  private final EventExecutor loop;
  private final Queue<QueuedConversion<?>> waiting = new ArrayDeque<>();
  private @Nullable QueuedConversion<?> current;

  ConnectionConversions(SharedConverters converters, EventExecutor loop) {
    this.converters = converters;
    this.loop = loop;
  }

  /** Returns the conversions of a connection, which its first call with JSON creates. */
  static ConnectionConversions of(Channel connection, SharedConverters converters) {
    Attribute<ConnectionConversions> attribute = connection.attr(KEY);
    ConnectionConversions known = attribute.get();
    if (known == null) {
      known = new ConnectionConversions(converters, connection.eventLoop());
      attribute.set(known);
    }
    return known;
  }

  /** Returns the connection's event loop. */
  EventExecutor loop() {
    return loop;
  }

  /**
   * Runs a conversion after those before it, and continues on the event loop.
   *
   * @param then receives the result
   * @param failed receives the status if the work or {@code then} fails, or the work is rejected;
   *     not called before this method returns
   * @return the conversion, which can be dropped before it begins
   */
  <T> QueuedConversion<T> run(
      WorkThreads.Work<T> work, Consumer<? super T> then, Consumer<Status> failed) {
    QueuedConversion<T> added = new QueuedConversion<>(work, then, failed);
    waiting.add(added);
    if (current == null) {
      loop.execute(this::startNext);
    }
    return added;
  }

  private void startNext() {
    if (current == null) {
      QueuedConversion<?> next = waiting.poll();
      if (next != null) {
        current = next;
        next.start();
      }
    }
  }

  private void end(QueuedConversion<?> ended) {
    if (current == ended) {
      current = null;
      if (!waiting.isEmpty()) {
        loop.execute(this::startNext);
      }
    }
  }

  /** A conversion that waits or runs. */
  final class QueuedConversion<T> {
    private final WorkThreads.Work<T> work;
    private final Consumer<? super T> then;
    private final Consumer<Status> failed;
    private @Nullable PendingWork<T> pending;

    private QueuedConversion(
        WorkThreads.Work<T> work, Consumer<? super T> then, Consumer<Status> failed) {
      this.work = work;
      this.then = then;
      this.failed = failed;
    }

    private void start() {
      pending =
          converters
              .get()
              .run(
                  work,
                  loop,
                  result -> {
                    end(this);
                    then.accept(result);
                  },
                  status -> {
                    end(this);
                    failed.accept(status);
                  });
    }

    /**
     * Drops the conversion and what it holds, unless it has begun. A dropped conversion does not
     * continue on the loop.
     *
     * @return whether it has not begun
     */
    boolean drop() {
      PendingWork<T> started = pending;
      if (started == null) {
        return waiting.remove(this);
      }
      boolean dropped = started.drop();
      if (dropped) {
        end(this);
      }
      return dropped;
    }
  }
}
