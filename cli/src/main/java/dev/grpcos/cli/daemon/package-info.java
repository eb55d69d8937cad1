/**
 * The gateway as a process: run in the foreground or started in the background, with its log and
 * status.
 */
@NullMarked
package dev.grpcos.cli.daemon;

import org.jspecify.annotations.NullMarked;
