package dev.grpcos.gateway.credential;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A source of headers with credentials. Its methods may block; one thread uses it at a time. */
interface HeaderSource {
  /**
   * Reads the headers.
   *
   * @param last the result of the last reading, or null; returned again if nothing changed
   * @throws IOException if there are no credentials; the message is one line for the caller
   */
  IssuedHeaders read(@Nullable IssuedHeaders last) throws IOException, InterruptedException;

  /** Returns the time until the next reading, or null if there is none. */
  @Nullable Duration readAgain(IssuedHeaders issued, Instant now);

  /** Returns whether a reading may take seconds, so that it needs its own thread. */
  boolean isSlow();

  /** Ends what the source keeps between readings. */
  default void close() {}

  /** Returns the longest pause between two readings while they fail. */
  Duration longestRetry();
}
