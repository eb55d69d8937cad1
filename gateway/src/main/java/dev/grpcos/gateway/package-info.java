/**
 * The gateway as a library, from {@code Gateway.start(config)} to {@code close()}. It does not
 * depend on commands or standard streams.
 */
@NullMarked
package dev.grpcos.gateway;

import org.jspecify.annotations.NullMarked;
