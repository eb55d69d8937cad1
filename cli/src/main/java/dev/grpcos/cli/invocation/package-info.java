/**
 * What one run of a command is given by whoever runs it: streams, environment, working folder,
 * files, cancellation. The commands know no other way to reach the outside, so that the process's
 * own run and the resident's are the same.
 */
@NullMarked
package dev.grpcos.cli.invocation;

import org.jspecify.annotations.NullMarked;
