/**
 * Reports calls, while they pass, to the clients that request it. A call adds its steps to a
 * bounded queue and never waits; a separate thread redacts them and converts their messages to
 * JSON.
 */
@NullMarked
package dev.grpcos.gateway.tap;

import org.jspecify.annotations.NullMarked;
