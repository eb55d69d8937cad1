package dev.grpcos.cli.top;

import java.util.Comparator;
import java.util.Locale;

/** The orders of the rows; equal rows are in the order of their names. */
public enum TopOrder {
  CALLS,
  ERRORS,
  P50,
  P99,
  INFLIGHT,
  BYTES,
  NAME;

  /** Returns the comparator, which puts the largest figure first. */
  Comparator<TopRow> comparator() {
    return Comparator.comparingDouble(this::figure).reversed().thenComparing(TopRow::name);
  }

  private double figure(TopRow row) {
    double figure =
        switch (this) {
          case CALLS -> row.calls();
          case ERRORS -> row.errors();
          case P50 -> row.p50();
          case P99 -> row.p99();
          case INFLIGHT -> row.inFlight();
          case BYTES -> row.received() + row.sent();
          case NAME -> 0;
        };
    return Double.isNaN(figure) ? 0 : figure; // a row without calls has no percentiles
  }

  /** Returns the next order, and the first after the last. */
  public TopOrder next() {
    return switch (this) {
      case CALLS -> ERRORS;
      case ERRORS -> P50;
      case P50 -> P99;
      case P99 -> INFLIGHT;
      case INFLIGHT -> BYTES;
      case BYTES -> NAME;
      case NAME -> CALLS;
    };
  }

  /** Returns the name on the command line. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
