package dev.grpcos.gateway.audit;

import dev.grpcos.gateway.peer.PeerIdentity;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Limits the records of refused calls to 100 a second for each user, and for all clients over TCP
 * together, and counts the others, so that a client without rights cannot fill the disk.
 *
 * <p>Users beyond a thousand a second are counted together. Safe for use by any thread.
 */
final class RefusedCalls {
  private static final int MOST_RECORDS = 100;
  private static final int MOST_USERS = 1000;
  private static final long WINDOW_NANOS = 1_000_000_000;

  /**
   * The number of refused calls that have no records of their own.
   *
   * @param share the number of the user among those that share limits, or null for several users
   */
  record Omitted(Instant time, @Nullable Integer share, long refused) implements AuditLine {
    @Override
    public String line() {
      return "{\"time\":\"%s\"%s,\"refused\":%d}\n"
          .formatted(AuditRecord.TIME.format(time), callers(share), refused);
    }

    private static String callers(@Nullable Integer share) {
      if (share == null) {
        return "";
      }
      return share == PeerIdentity.TCP_SHARE
          ? ",\"network\":\"tcp\""
          : ",\"uid\":" + Integer.toUnsignedString(share);
    }
  }

  private final Map<Integer, Long> users = new HashMap<>();
  private final List<Omitted> due = new ArrayList<>();
  private long others;
  private long start;

  /** Creates counts that start at this value of {@link System#nanoTime}. */
  RefusedCalls(long now) {
    start = now;
  }

  /**
   * Counts a refused call; returns whether it gets a record.
   *
   * @param share the number of the user among those that share limits
   */
  synchronized boolean admit(int share, long now) {
    roll(now);
    Long count = users.get(share);
    if (count == null && users.size() == MOST_USERS) {
      others++;
      return false;
    }
    long next = count == null ? 1 : count + 1;
    users.put(share, next);
    return next <= MOST_RECORDS;
  }

  /**
   * Removes and returns the lines about calls without records, for all seconds that have passed.
   */
  synchronized List<AuditLine> take(long now) {
    roll(now);
    List<AuditLine> lines = List.copyOf(due);
    due.clear();
    return lines;
  }

  /** Removes and returns all lines; for the end of the log. */
  synchronized List<AuditLine> takeAll() {
    return take(start + WINDOW_NANOS);
  }

  private void roll(long now) {
    if (now - start < WINDOW_NANOS) {
      return;
    }
    start = now;
    Instant time = Instant.now();
    users.forEach(
        (share, count) -> {
          if (count > MOST_RECORDS) {
            due.add(new Omitted(time, share, count - MOST_RECORDS));
          }
        });
    if (others > 0) {
      due.add(new Omitted(time, null, others));
    }
    users.clear();
    others = 0;
    if (due.size() > 2 * MOST_USERS) {
      collapse(time);
    }
  }

  /** Combines lines that are not taken, because the writer is late. */
  private void collapse(Instant time) {
    long sum = due.stream().mapToLong(Omitted::refused).sum();
    due.clear();
    due.add(new Omitted(time, null, sum));
  }
}
