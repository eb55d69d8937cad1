package dev.grpcos.cli.command;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The value of {@code call --deadline}.
 *
 * @param time the longest time that a call may take; null for no limit
 */
record CallDeadline(@Nullable Duration time) {}
