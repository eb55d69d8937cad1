package dev.grpcos.cli.call;

/**
 * Makes an observer for each call. Always used on the thread that runs the calls, where taking its
 * time holds the servers back.
 */
public interface CallObservers {
  /**
   * A call is from now on told of: one call after the other in the order of their requests, unless
   * the settings say otherwise.
   *
   * @param sequence the number of the call's request, from 1
   */
  CallObserver started(long sequence);

  /** Nothing further is at hand for now: what was held back should go out. */
  void idle();
}
