package dev.grpcos.gateway.http;

import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;

/** The state of HTTP over TCP that its connections share. Safe for use by any thread. */
public final class AddressState {
  private final BooleanSupplier serving;
  private final LongAdder rejected = new LongAdder();
  private volatile HttpAccess access;

  /**
   * Creates the state of an address.
   *
   * @param serving returns whether the gateway serves
   */
  public AddressState(HttpAccess access, BooleanSupplier serving) {
    this.access = access;
    this.serving = serving;
  }

  /** Returns what the next request must have. */
  HttpAccess access() {
    return access;
  }

  /** Changes what requests must have, on open connections too. */
  public void change(HttpAccess next) {
    access = next;
  }

  boolean isServing() {
    return serving.getAsBoolean();
  }

  /** Counts a request that does not become a call. */
  void rejected() {
    rejected.increment();
  }

  /** Returns the number of requests that did not become calls. */
  public long rejections() {
    return rejected.sum();
  }
}
