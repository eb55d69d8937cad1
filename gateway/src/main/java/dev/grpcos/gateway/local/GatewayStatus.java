package dev.grpcos.gateway.local;

import dev.grpcos.gateway.config.NamePattern;
import dev.grpcos.gateway.exec.ServedService;
import dev.grpcos.gateway.exec.Serving;
import dev.grpcos.gateway.metrics.CallCounts;
import dev.grpcos.gateway.metrics.CallerCounts;
import dev.grpcos.gateway.policy.SocketAccess;
import dev.grpcos.gateway.tap.Taps;
import dev.grpcos.gateway.upstream.UpstreamStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The gateway's status and controls for the admin service. Safe for use by any thread. */
public interface GatewayStatus {
  Path socket();

  /** Returns the sockets other than the owner's. */
  List<SocketAccess> sockets();

  /** Returns the status of HTTP over TCP; null if the configuration has none. */
  @Nullable HttpStatus http();

  /** Returns the time at which the gateway started to answer. */
  Instant started();

  /** Returns the file of the configuration in effect; null for the built-in one. */
  @Nullable Path configFile();

  /** Returns the last reload; null if there was none. */
  @Nullable ReloadRecord lastReload();

  /** Returns how the process was started. */
  ProcessOrigin origin();

  /** Returns the full names of the services, sorted. */
  List<String> services();

  /** Returns the status of each upstream. */
  List<UpstreamStatus> upstreams();

  long calls();

  int callsInFlight();

  long callsFailed();

  int connections();

  /** Returns the calls by method, route and socket. */
  List<CallCounts> callsByMethod();

  /** Returns the calls by user. */
  List<CallerCounts> callsByUser();

  /** Returns the use of resources now. */
  ResourceUse resources();

  boolean draining();

  /** Returns the maximum duration of the drain. */
  Duration drain();

  /** Starts the drain and returns at once. */
  void shutdown();

  /** Starts to reload the configuration and returns at once. */
  CompletionStage<Reloaded> reload();

  /**
   * Starts to open a socket and returns at once; fails if the path cannot be used.
   *
   * @param path its absolute path; null for a new one beside the owner's socket
   * @param methods patterns of the methods that the socket offers
   * @param upstreams patterns of the upstreams to which calls may go; empty for all
   * @param ttl the time after which the caller should end it; null for no limit
   * @param expired runs when that time has passed
   */
  CompletionStage<SharedSocket> share(
      @Nullable Path path,
      List<NamePattern> methods,
      List<NamePattern> upstreams,
      @Nullable Duration ttl,
      Runnable expired);

  /** Returns the taps, which report calls as they pass. */
  Taps taps();

  /** Starts to serve a service for a while and returns at once; fails if the service is invalid. */
  CompletionStage<Serving> serve(ServedService service);
}
