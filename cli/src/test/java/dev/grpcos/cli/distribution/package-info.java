/**
 * The packaged distribution, and how tests run it: as real processes, with what a shell could give
 * them.
 */
@NullMarked
package dev.grpcos.cli.distribution;

import org.jspecify.annotations.NullMarked;
