/** What the gateway and systemd tell each other: readiness, liveness, and sockets handed over. */
@NullMarked
package dev.grpcos.gateway.systemd;

import org.jspecify.annotations.NullMarked;
