/**
 * The environment of one run of a command: streams, variables, working folder, files, cancellation.
 * Commands access their caller only through it, so they run the same way in a separate process and
 * in the resident.
 */
@NullMarked
package dev.grpcos.cli.invocation;

import org.jspecify.annotations.NullMarked;
