package dev.grpcos.gateway.local;

import java.time.Instant;

/**
 * A reload that has ended.
 *
 * @param time the time when it ended
 */
public record ReloadRecord(Instant time, Reloaded result) {}
