package dev.grpcos.gateway.route;

/**
 * A service that an upstream lists but does not serve, because another route has its name.
 *
 * @param service the full name of the service
 * @param upstream the name of the upstream that lists it
 * @param holder the name of the upstream that serves it, or {@link #GATEWAY}
 */
public record ShadowedService(String service, String upstream, String holder) {
  /** The holder of the gateway's own services and of services that programs serve. */
  public static final String GATEWAY = "the gateway";

  /** Returns a sentence with the remedy, for a log or a terminal. */
  public String message() {
    return holder.equals(GATEWAY)
        ? "service %s of upstream %s is shadowed by the gateway's own; leave it out of `services`"
            .formatted(service, upstream)
        : "service %s of upstream %s is shadowed by upstream %s; name it in `services` of one of them"
            .formatted(service, upstream, holder);
  }
}
