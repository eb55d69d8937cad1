/**
 * Connections to the gateway's socket or to a target. A process opens one connection. The resident
 * keeps connections between commands, with the schemas that were read through them.
 */
@NullMarked
package dev.grpcos.cli.connection;

import org.jspecify.annotations.NullMarked;
