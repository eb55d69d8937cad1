package dev.grpcos.cli.command;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The value of {@code call --deadline}.
 *
 * @param time the longest that a call may take; null if it may take any time
 */
record CallDeadline(@Nullable Duration time) {}
