package dev.grpcos.gateway.prometheus;

import io.prometheus.metrics.model.snapshots.MetricMetadata;
import io.prometheus.metrics.model.snapshots.Unit;

/** The names of metrics. */
final class MetricNames {
  private MetricNames() {}

  /** Returns the name and the help of a metric without a unit. */
  static MetricMetadata of(String name, String help) {
    return new MetricMetadata(name, help);
  }

  /** Returns the name and the help of a metric; the unit is appended to its name. */
  static MetricMetadata of(String name, String help, Unit unit) {
    return new MetricMetadata(name + "_" + unit, help, unit);
  }
}
