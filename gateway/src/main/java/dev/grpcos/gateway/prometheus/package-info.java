/** The gateway's status as Prometheus' text. Loads Prometheus' library, so it is used on demand. */
@NullMarked
package dev.grpcos.gateway.prometheus;

import org.jspecify.annotations.NullMarked;
