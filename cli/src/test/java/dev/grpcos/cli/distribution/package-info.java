/** The packaged distribution, and tools to run it as real processes. */
@NullMarked
package dev.grpcos.cli.distribution;

import org.jspecify.annotations.NullMarked;
