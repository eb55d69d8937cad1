package dev.grpcos.gateway.audit;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Limits the records of refused calls to 100 a second for each user, and counts the others, so that
 * a user without rights cannot fill the disk.
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
   * @param uid the user, or null for several users
   */
  record Omitted(Instant time, @Nullable Integer uid, long refused) implements AuditLine {
    @Override
    public String line() {
      String user = uid == null ? "" : ",\"uid\":" + Integer.toUnsignedString(uid);
      return "{\"time\":\"%s\"%s,\"refused\":%d}\n"
          .formatted(AuditRecord.TIME.format(time), user, refused);
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

  /** Counts a refused call of this user; returns whether it gets a record. */
  synchronized boolean admit(int uid, long now) {
    roll(now);
    Long count = users.get(uid);
    if (count == null && users.size() == MOST_USERS) {
      others++;
      return false;
    }
    long next = count == null ? 1 : count + 1;
    users.put(uid, next);
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
        (uid, count) -> {
          if (count > MOST_RECORDS) {
            due.add(new Omitted(time, uid, count - MOST_RECORDS));
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
