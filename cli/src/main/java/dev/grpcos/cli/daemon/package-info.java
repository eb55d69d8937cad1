/** The gateway as a process: run in front or started in the background, with its log and status. */
@NullMarked
package dev.grpcos.cli.daemon;

import org.jspecify.annotations.NullMarked;
