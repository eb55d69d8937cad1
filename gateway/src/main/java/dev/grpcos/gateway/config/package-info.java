/**
 * What a gateway is told: a file becomes a message, with all that is wrong with it said at once,
 * and the message becomes records that are valid once they exist.
 */
@NullMarked
package dev.grpcos.gateway.config;

import org.jspecify.annotations.NullMarked;
