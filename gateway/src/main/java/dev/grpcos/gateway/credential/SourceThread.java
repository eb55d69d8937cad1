package dev.grpcos.gateway.credential;

import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Reads one slow source, each time on a new thread.
 *
 * <p>A program or a token server may take its whole timeout; on the gateway's shared workers a few
 * slow ones would delay discovery, files and certificates of other upstreams. The caller starts one
 * reading at a time.
 */
final class SourceThread implements Executor, AutoCloseable {
  private final String owner;
  private @Nullable Thread running;
  private boolean closed;

  SourceThread(String owner) {
    this.owner = owner;
  }

  @Override
  public synchronized void execute(Runnable reading) {
    Thread thread = new Thread(reading, "grpcos-token " + owner);
    thread.setDaemon(true);
    running = thread;
    thread.start();
    if (closed) {
      thread.interrupt();
    }
  }

  /** Interrupts the reading in progress, which kills its program. */
  @Override
  public synchronized void close() {
    closed = true;
    if (running != null) {
      running.interrupt();
    }
  }
}
