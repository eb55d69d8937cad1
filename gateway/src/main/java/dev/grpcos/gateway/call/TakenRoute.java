package dev.grpcos.gateway.call;

import org.jspecify.annotations.Nullable;

/**
 * Where a call goes, as far as rights depend on it.
 *
 * @param upstream the name of the upstream to which the call goes. An upstream that the caller
 *     named need not exist. Null if the gateway or one of its programs answers the call, or if the
 *     method is unknown.
 * @param redirected whether the call goes to the upstream only because the caller named it
 */
public record TakenRoute(@Nullable String upstream, boolean redirected) {
  /** The route of a call that goes to no upstream. */
  public static final TakenRoute OWN = new TakenRoute(null, false);

  /** Returns the route of a call that goes to this upstream. */
  public static TakenRoute to(String upstream) {
    return new TakenRoute(upstream, false);
  }
}
