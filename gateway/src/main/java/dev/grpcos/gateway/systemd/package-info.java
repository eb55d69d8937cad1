/** The exchange between the gateway and systemd: readiness, liveness, and socket activation. */
@NullMarked
package dev.grpcos.gateway.systemd;

import org.jspecify.annotations.NullMarked;
