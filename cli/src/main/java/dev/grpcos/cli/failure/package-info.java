/** How a command ends: its exceptions and its exit codes. */
@NullMarked
package dev.grpcos.cli.failure;

import org.jspecify.annotations.NullMarked;
