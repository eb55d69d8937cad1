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
 * Appends records to the audit file, on a separate thread.
 *
 * <p>Calls put their records into a bounded queue and never wait. A record that does not fit, or
 * that cannot be written because the disk is full, is lost. Lost records are counted, and the next
 * successful write reports the count. Safe for use by any thread.
 */
public final class AuditLog implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("dev.grpcos.gateway.audit");
  private static final int QUEUE = 16_384;
  private static final int BATCH = 512;

  /** The interval at which an idle writer checks for lost records. */
  private static final Duration LOST_CHECK_INTERVAL = Duration.ofMillis(200);

  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);

  private final BlockingQueue<AuditLine> queue = new ArrayBlockingQueue<>(QUEUE);
  private final RefusedCalls refused = new RefusedCalls(System.nanoTime());
  private final LongAdder lost = new LongAdder();
  private final Object fileLock = new Object();
  private volatile boolean enabled;
  private volatile boolean closing;
  private @Nullable AuditFile file;
  private @Nullable Thread writer;

  /** The number of lost records that the file reports so far. Used only by the writer. */
  private long reported;

  private boolean failing;

  /** An open file that may replace the current one. */
  private final class NextFile implements Change {
    private final @Nullable AuditFile next;

    private NextFile(@Nullable AuditFile next) {
      this.next = next;
    }

    /** Writes further records to this file. */
    @Override
    public void commit() {
      synchronized (fileLock) {
        close(file);
        file = next;
        enabled = next != null;
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
   * Opens the file of this configuration. A file that is already in use is opened again.
   *
   * @param config null to disable the audit log
   * @throws GatewayException if the file cannot be written, or other users could change it
   */
  public Change prepare(@Nullable AuditConfig config) throws GatewayException {
    return new NextFile(config == null ? null : AuditFile.open(config.file()));
  }

  /** Returns the present state of the queue. */
  public AuditQueueUse use() {
    return new AuditQueueUse(queue.size(), QUEUE, lost.sum());
  }

  /** Returns whether calls are recorded. */
  boolean isOpen() {
    return enabled;
  }

  /** Records a call; does not wait. */
  void add(AuditRecord call) {
    if (!queue.offer(call)) {
      lost.increment();
    }
  }

  /**
   * Records a refused call. If there are too many of its user, or of all clients over TCP together,
   * only counts it.
   */
  void addRefused(AuditRecord call) {
    if (refused.admit(call.caller().peer().share(), System.nanoTime())) {
      add(call);
    }
  }

  private void write() {
    List<AuditLine> batch = new ArrayList<>(BATCH);
    try {
      while (!closing || !queue.isEmpty()) {
        AuditLine first = queue.poll(LOST_CHECK_INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
        if (first != null) {
          batch.add(first);
          queue.drainTo(batch, BATCH - 1);
        }
        batch.addAll(refused.take(System.nanoTime()));
        if (!batch.isEmpty() || lost.sum() > reported) {
          write(batch);
          batch.clear();
        }
      }
      write(refused.takeAll());
    } catch (InterruptedException e) {
      // An interrupt requests the end.
      Thread.currentThread().interrupt();
    }
  }

  private void write(List<? extends AuditLine> batch) {
    StringBuilder lines = new StringBuilder();
    long lostNow = lost.sum();
    if (lostNow > reported) {
      lines.append(AuditRecord.lost(Instant.now(), lostNow - reported));
    }
    batch.forEach(call -> lines.append(call.line()));
    synchronized (fileLock) {
      if (file == null) {
        return; // the audit log was disabled by a reload
      }
      ByteBuffer bytes = ByteBuffer.wrap(lines.toString().getBytes(UTF_8));
      try {
        file.add(bytes);
        reported = lostNow;
        if (failing) {
          failing = false;
          LOG.log(Level.INFO, "the audit file can be written again");
        }
      } catch (IOException e) {
        lost.add(batch.size() - written(bytes, lostNow));
        if (!failing) {
          failing = true;
          LOG.log(
              Level.ERROR,
              "the audit file cannot be written, so calls are not recorded: {0}; free space on its"
                  + " disk",
              String.valueOf(e.getMessage()));
        }
      }
    }
  }

  /** Returns how many records of this batch were completely written before a write failed. */
  private int written(ByteBuffer bytes, long lostBefore) {
    int lines = 0;
    for (int i = 0; i < bytes.position(); i++) {
      lines += bytes.get(i) == '\n' ? 1 : 0;
    }
    if (lines > 0 && lostBefore > reported) {
      reported = lostBefore;
      lines--;
    }
    return lines;
  }

  private static void close(@Nullable AuditFile file) {
    if (file != null) {
      try {
        file.close();
      } catch (IOException e) {
        LOG.log(Level.WARNING, "the audit file cannot be closed", e);
      }
    }
  }

  /** Writes the remaining records, for at most two seconds, and closes the file. */
  @Override
  public void close() {
    closing = true;
    Thread last;
    synchronized (fileLock) {
      last = writer;
    }
    try {
      if (last != null) {
        last.join(CLOSE_TIMEOUT.toMillis());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    synchronized (fileLock) {
      close(file);
      file = null;
      enabled = false;
    }
  }
}
