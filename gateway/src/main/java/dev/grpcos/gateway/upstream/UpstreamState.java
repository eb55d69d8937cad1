package dev.grpcos.gateway.upstream;

/** Whether an upstream can be reached, as far as is known. */
public enum UpstreamState {
  /** The first connection is being made. */
  CONNECTING,
  /** A connection stands, or stood until nobody needed it. */
  READY,
  /** The last attempt to connect failed. */
  FAILING
}
