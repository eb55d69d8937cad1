package dev.grpcos.gateway.upstream;

/** The last known reachability of an upstream. */
public enum UpstreamState {
  /** The first attempt to connect is in progress. */
  CONNECTING,
  /** There is a connection, or there was one until it became idle. */
  READY,
  /** The last attempt to connect failed. */
  FAILING
}
