package dev.grpcos.gateway.replay;

import java.util.List;

/**
 * How a recording is replayed.
 *
 * @param ignored paths of fields that requests may have with other values, such as {@code
 *     header.request_id}
 * @param inOrder whether calls must come in the order of the recording
 * @param latency whether answers take as long as they did
 */
public record ReplayOptions(List<String> ignored, boolean inOrder, boolean latency) {
  public static final ReplayOptions DEFAULT = new ReplayOptions(List.of(), false, false);

  public ReplayOptions {
    ignored = List.copyOf(ignored);
  }
}
