/**
 * The resident command server: runs commands in the gateway's warm process for the launcher {@code
 * grpcos.c}, whose descriptors, files and variables it uses over a socket. The protocol is in the
 * launcher's first comment, its constants in {@code Protocol}.
 */
@NullMarked
package dev.grpcos.cli.resident;

import org.jspecify.annotations.NullMarked;
