/** The counters of calls: by method, route, socket and status, and by user. */
@NullMarked
package dev.grpcos.gateway.metrics;

import org.jspecify.annotations.NullMarked;
