package dev.grpcos.cli.schema;

import io.grpc.Context;
import io.grpc.Deadline;

/** Until when the current command is ready to wait for descriptors. */
public final class LookupDeadline {
  private static final Context.Key<Deadline> KEY = Context.key("grpcos-lookup-deadline");

  private LookupDeadline() {}

  /** A context in which lookups end at the deadline. */
  public static Context in(Context context, Deadline deadline) {
    return context.withValue(KEY, deadline);
  }

  /** The current context's deadline, or the bound if that is earlier or the only one. */
  static Deadline current(Deadline bound) {
    Deadline deadline = KEY.get();
    return deadline == null ? bound : deadline.minimum(bound);
  }
}
