/**
 * Channels to where calls go: the gateway's socket, or a target. A process opens one; the resident
 * keeps them warm between commands, with the schema that was read through them.
 */
@NullMarked
package dev.grpcos.cli.connection;

import org.jspecify.annotations.NullMarked;
