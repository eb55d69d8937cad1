package dev.grpcos.gateway.local;

import dev.grpcos.gateway.exec.ServedService;
import dev.grpcos.gateway.exec.Serving;
import dev.grpcos.gateway.upstream.UpstreamStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** What the admin service tells of its gateway, and does to it. Safe for use by any thread. */
public interface GatewayStatus {
  Path socket();

  /** When the gateway began to answer. */
  Instant started();

  /** Full names of the services, sorted. */
  List<String> services();

  /** How each upstream is. */
  List<UpstreamStatus> upstreams();

  long calls();

  int callsInFlight();

  long callsFailed();

  int connections();

  boolean draining();

  /** The longest that the drain may take. */
  Duration drain();

  /** Starts the drain and returns at once. */
  void shutdown();

  /** Begins to read the configuration again and returns at once. */
  CompletionStage<Reloaded> reload();

  /**
   * Begins to serve a service for a while and returns at once; fails with what is wrong with it.
   */
  CompletionStage<Serving> serve(ServedService service);
}
