/** The export by OpenTelemetry's protocol, OTLP. */
@NullMarked
package dev.grpcos.gateway.telemetry.otlp;

import org.jspecify.annotations.NullMarked;
