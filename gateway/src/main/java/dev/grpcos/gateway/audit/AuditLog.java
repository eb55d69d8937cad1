package dev.grpcos.gateway.audit;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.grpcos.gateway.config.AuditConfig;
import dev.grpcos.gateway.config.Change;
import dev.grpcos.gateway.failure.GatewayException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Adds records to the audit file on a thread of its own.
 *
 * <p>Calls put their records into a bounded queue and never wait. A record that does not fit, or
 * that can't be written because the disk is full, is lost and counted; the next line that can be
 * written reports the count. Safe for use by any thread.
 */
public final class AuditLog implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("dev.grpcos.gateway.audit");
  private static final int QUEUE = 16_384;
  private static final int BATCH = 512;

  /** How long an idle writer waits before it looks for lines that were lost meanwhile. */
  private static final Duration LOOK = Duration.ofMillis(200);

  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final BlockingQueue<AuditRecord> queue = new ArrayBlockingQueue<>(QUEUE);
  private final LongAdder lost = new LongAdder();
  private final Object fileLock = new Object();
  private volatile boolean open;
  private volatile boolean closing;
  private @Nullable AuditFile file;
  private @Nullable Thread writer;

  /** Lost records that the file has reported so far. Used by the writer alone. */
  private long told;

  private boolean failing;

  /** An open file, which is to replace the current one. */
  private final class NextFile implements Change {
    private final @Nullable AuditFile next;

    private NextFile(@Nullable AuditFile next) {
      this.next = next;
    }

    /** Sends further records to this file. */
    @Override
    public void commit() {
      synchronized (fileLock) {
        close(file);
        file = next;
        open = next != null;
        if (next != null && writer == null) {
          writer = new Thread(AuditLog.this::write, "grpcos-audit");
          writer.setDaemon(true);
          writer.start();
        }
      }
    }

    /** Keeps the current file. */
    @Override
    public void discard() {
      close(next);
    }
  }

  /**
   * Opens the file of this configuration, anew where it is the same.
   *
   * @param config null to record nothing
   * @throws GatewayException if the file can't be, or should not be, written to
   */
  public Change prepare(@Nullable AuditConfig config) throws GatewayException {
    return new NextFile(config == null ? null : AuditFile.open(config.file()));
  }

  /** Whether calls are recorded. */
  boolean isOpen() {
    return open;
  }

  /** Records a call; does not wait. */
  void add(AuditRecord call) {
    if (!queue.offer(call)) {
      lost.increment();
    }
  }

  private void write() {
    List<AuditRecord> batch = new ArrayList<>(BATCH);
    try {
      while (!closing || !queue.isEmpty()) {
        AuditRecord first = queue.poll(LOOK.toMillis(), TimeUnit.MILLISECONDS);
        if (first != null) {
          batch.add(first);
          queue.drainTo(batch, BATCH - 1);
        }
        if (!batch.isEmpty() || lost.sum() > told) {
          write(batch);
          batch.clear();
        }
      }
    } catch (InterruptedException e) {
      // An interrupt asks for the end.
      Thread.currentThread().interrupt();
    }
  }

  private void write(List<AuditRecord> batch) {
    StringBuilder lines = new StringBuilder();
    long lostNow = lost.sum();
    if (lostNow > told) {
      lines.append(AuditRecord.lost(Instant.now(), lostNow - told));
    }
    batch.forEach(call -> lines.append(call.line()));
    synchronized (fileLock) {
      if (file == null) {
        return; // the configuration records nothing any more
      }
      ByteBuffer bytes = ByteBuffer.wrap(lines.toString().getBytes(UTF_8));
      try {
        file.add(bytes);
        told = lostNow;
        if (failing) {
          failing = false;
          LOG.log(Level.INFO, "the audit file is written to again");
        }
      } catch (IOException e) {
        lost.add(batch.size() - written(bytes, lostNow));
        if (!failing) {
          failing = true;
          LOG.log(
              Level.ERROR,
              "the audit file can''t be written to, and calls go unrecorded: {0}; make room",
              String.valueOf(e.getMessage()));
        }
      }
    }
  }

  /** How many records of this batch went out whole before a write failed. */
  private int written(ByteBuffer bytes, long lostBefore) {
    int lines = 0;
    for (int i = 0; i < bytes.position(); i++) {
      lines += bytes.get(i) == '\n' ? 1 : 0;
    }
    if (lines > 0 && lostBefore > told) {
      told = lostBefore;
      lines--;
    }
    return lines;
  }

  private static void close(@Nullable AuditFile file) {
    if (file != null) {
      try {
        file.close();
      } catch (IOException e) {
        LOG.log(Level.WARNING, "the audit file can't be closed", e);
      }
    }
  }

  /** Writes what is left, for as long as two seconds, and closes the file. */
  @Override
  public void close() {
    closing = true;
    Thread last;
    synchronized (fileLock) {
      last = writer;
    }
    try {
      if (last != null) {
        last.join(PATIENCE.toMillis());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    synchronized (fileLock) {
      close(file);
      file = null;
      open = false;
    }
  }
}
