package dev.grpcos.cli.schema;

import io.grpc.Context;
import io.grpc.Deadline;

/** The deadline of the current command's descriptor lookups. */
public final class LookupDeadline {
  private static final Context.Key<Deadline> KEY = Context.key("grpcos-lookup-deadline");

  private LookupDeadline() {}

  /** Returns a context in which lookups end at the deadline. */
  public static Context in(Context context, Deadline deadline) {
    return context.withValue(KEY, deadline);
  }

  /** Returns the earlier of the current context's deadline, if there is one, and the bound. */
  static Deadline current(Deadline bound) {
    Deadline deadline = KEY.get();
    return deadline == null ? bound : deadline.minimum(bound);
  }
}
