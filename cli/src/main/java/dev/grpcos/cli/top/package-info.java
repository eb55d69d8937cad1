/** The figures of {@code grpcos top}: samples of the gateway's counters, rates, and their text. */
@NullMarked
package dev.grpcos.cli.top;

import org.jspecify.annotations.NullMarked;
