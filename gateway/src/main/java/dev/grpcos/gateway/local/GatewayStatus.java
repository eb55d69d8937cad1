package dev.grpcos.gateway.local;

import dev.grpcos.gateway.exec.ServedService;
import dev.grpcos.gateway.exec.Serving;
import dev.grpcos.gateway.upstream.UpstreamStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** The gateway's status and controls for the admin service. Safe for use by any thread. */
public interface GatewayStatus {
  Path socket();

  /** Returns the time at which the gateway started to answer. */
  Instant started();

  /** Returns the full names of the services, sorted. */
  List<String> services();

  /** Returns the status of each upstream. */
  List<UpstreamStatus> upstreams();

  long calls();

  int callsInFlight();

  long callsFailed();

  int connections();

  boolean draining();

  /** Returns the maximum duration of the drain. */
  Duration drain();

  /** Starts the drain and returns at once. */
  void shutdown();

  /** Starts to reload the configuration and returns at once. */
  CompletionStage<Reloaded> reload();

  /** Starts to serve a service for a while and returns at once; fails if the service is invalid. */
  CompletionStage<Serving> serve(ServedService service);
}
