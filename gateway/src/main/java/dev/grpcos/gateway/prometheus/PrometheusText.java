package dev.grpcos.gateway.prometheus;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.grpcos.proto.admin.v1.GetStatusResponse;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The metrics of a status in Prometheus' text format.
 *
 * @see <a href="https://prometheus.io/docs/instrumenting/exposition_formats/">Exposition
 *     formats</a>
 */
public final class PrometheusText {
  private PrometheusText() {}

  /**
   * Returns the text.
   *
   * @param status a status with metrics
   */
  public static String of(GetStatusResponse status) {
    List<MetricSnapshot> all = new ArrayList<>(CallFamilies.of(status.getMetrics()));
    all.addAll(GatewayFamilies.of(status));
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    try {
      PrometheusTextFormatWriter.create().write(text, new MetricSnapshots(all));
    } catch (IOException e) {
      throw new UncheckedIOException("a text in memory cannot be written", e);
    }
    return text.toString(UTF_8);
  }
}
