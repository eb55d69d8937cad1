package dev.grpcos.cli.schema;

import dev.grpcos.gateway.reflection.ReflectionAnswers;
import dev.grpcos.gateway.reflection.ReflectionBounds;
import dev.grpcos.gateway.reflection.ReflectionLookup;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Runs the callbacks of a lookup on the thread that waits for it, so that no state is shared and no
 * other thread is needed. The number of pending answers bounds the queue.
 */
final class WaitingThread implements Executor {
  private final BlockingQueue<Runnable> callbacks = new LinkedBlockingQueue<>();

  @Override
  public void execute(Runnable callback) {
    callbacks.add(callback);
  }

  /** Waits until the lookup has ended. */
  ReflectionAnswers await(ReflectionLookup lookup) throws ExecutionException, InterruptedException {
    while (!lookup.result().isDone()) {
      Runnable callback = callbacks.poll(ReflectionBounds.TICK.toNanos(), TimeUnit.NANOSECONDS);
      if (callback == null) {
        lookup.tick();
      } else {
        callback.run();
      }
    }
    return lookup.result().get();
  }
}
