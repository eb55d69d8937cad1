package dev.grpcos.cli.call;

/**
 * A factory of observers, one for each call. It is used only on the thread that runs the calls, so
 * a slow observer slows down the servers.
 */
public interface CallObservers {
  /**
   * Returns the observer of a call whose events follow. Calls are started one after the other, in
   * the order of their requests, unless the settings request otherwise.
   */
  CallObserver started(NumberedRequest request);

  /** Reports that no further event is available now, so buffered output should be flushed. */
  void idle();
}
