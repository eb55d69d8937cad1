/**
 * The resident command server: runs commands in the gateway's warm process for the launcher {@code
 * grpcos.c}, and uses the launcher's descriptors, files and variables over a socket. The launcher's
 * first comment describes the protocol; {@code Protocol} has its constants.
 */
@NullMarked
package dev.grpcos.cli.resident;

import org.jspecify.annotations.NullMarked;
