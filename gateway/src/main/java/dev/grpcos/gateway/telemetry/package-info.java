/**
 * The export of spans and metrics. Package {@code otlp} and OpenTelemetry's library have a class
 * loader of their own, which exists only if the configuration has an exporter.
 */
@NullMarked
package dev.grpcos.gateway.telemetry;

import org.jspecify.annotations.NullMarked;
