package dev.grpcos.gateway.call;

import org.jspecify.annotations.Nullable;

/**
 * Where a call goes, as far as rights depend on it.
 *
 * @param upstream the name of the upstream, which the caller named or which serves the method
 *     otherwise; null if the gateway or one of its programs answers the call, or nothing does. It
 *     need not exist if the caller named it.
 * @param redirected whether the caller named the upstream, and the call would not go there
 *     otherwise
 */
public record TakenRoute(@Nullable String upstream, boolean redirected) {
  /** The route of a call that goes to no upstream. */
  public static final TakenRoute OWN = new TakenRoute(null, false);

  /** Returns the route of a call that goes to this upstream. */
  public static TakenRoute to(String upstream) {
    return new TakenRoute(upstream, false);
  }
}
