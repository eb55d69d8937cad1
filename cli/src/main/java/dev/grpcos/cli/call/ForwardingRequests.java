package dev.grpcos.cli.call;

/** Requests of another source, which a subclass checks. */
abstract class ForwardingRequests implements Requests {
  final Requests source;

  ForwardingRequests(Requests source) {
    this.source = source;
  }

  @Override
  public final String place() {
    return source.place();
  }

  @Override
  public final double share() {
    return source.share();
  }
}
