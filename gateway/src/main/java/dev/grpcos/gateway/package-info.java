/**
 * The gateway as a library: {@code Gateway.start(config)} to {@code close()}. It knows nothing of
 * commands or standard streams.
 */
@NullMarked
package dev.grpcos.gateway;

import org.jspecify.annotations.NullMarked;
