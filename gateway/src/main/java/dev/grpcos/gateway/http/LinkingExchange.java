package dev.grpcos.gateway.http;

import io.grpc.Status;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.util.concurrent.EventExecutor;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A request for a method whose schema is not linked yet, which would block an event loop too long.
 * The exchange begins when another thread has linked it; until then no further part of the body is
 * read. Confined to the connection's event loop.
 */
final class LinkingExchange implements Exchange {
  private final HttpReply reply;
  private final Consumer<Boolean> pauseReading;

  /** The bytes that had been read with the head. */
  private final ByteQueue bytes = new ByteQueue();

  private @Nullable Exchange linked;
  private Runnable bodyNeeded = () -> {};
  private boolean ended;
  private boolean done;

  LinkingExchange(HttpReply reply, Consumer<Boolean> pauseReading) {
    this.reply = reply;
    this.pauseReading = pauseReading;
  }

  /**
   * Starts the exchange, and returns it.
   *
   * @param link runs on another thread
   * @param next returns the exchange that begins then, or null if the response is complete
   */
  LinkingExchange begin(
      Runnable link, Supplier<@Nullable Exchange> next, WorkThreads threads, EventExecutor loop) {
    pauseReading.accept(true);
    threads.run(
        () -> {
          link.run();
          return next;
        },
        loop,
        this::linked,
        this::stop);
    return this;
  }

  private void linked(Supplier<@Nullable Exchange> next) {
    if (done) {
      return;
    }
    pauseReading.accept(false);
    Exchange begun = next.get();
    if (begun == null || reply.isDone()) {
      done = true;
      return;
    }
    linked = begun;
    begun.whenBodyIsNeeded(bodyNeeded);
    if (bytes.size() > 0) {
      begun.data(Unpooled.wrappedBuffer(bytes.take(bytes.size())));
    }
    if (ended) {
      begun.end();
    }
  }

  @Override
  public void data(ByteBuf content) {
    if (linked != null) {
      linked.data(content);
    } else if (!done) {
      bytes.add(content);
    }
  }

  @Override
  public void end() {
    ended = true;
    if (linked != null) {
      linked.end();
    }
  }

  @Override
  public void whenBodyIsNeeded(Runnable action) {
    bodyNeeded = action;
  }

  @Override
  public boolean isOpenEnded() {
    return linked != null && linked.isOpenEnded();
  }

  @Override
  public void writable() {
    if (linked != null) {
      linked.writable();
    }
  }

  @Override
  public void gone() {
    done = true;
    if (linked != null) {
      linked.gone();
    }
  }

  @Override
  public void stop(Status status) {
    if (linked != null) {
      linked.stop(status);
    } else if (!done) {
      done = true;
      if (!reply.isDone()) {
        reply.error(status);
      }
    }
  }
}
