package dev.grpcos.gateway.call;

import org.jspecify.annotations.Nullable;

/** Finds the routes of calls. */
@FunctionalInterface
public interface RouteLookup {
  /**
   * Returns the route of a call.
   *
   * @param upstream the upstream that the caller names; null for none
   * @param method the full name of the method
   */
  TakenRoute of(@Nullable String upstream, String method);
}
