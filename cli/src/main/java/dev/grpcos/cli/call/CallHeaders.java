package dev.grpcos.cli.call;

import io.grpc.Metadata;

/**
 * The metadata of a command.
 *
 * @param common of calls and reflection requests
 * @param call of calls only
 * @param reflection of reflection requests only
 */
public record CallHeaders(Metadata common, Metadata call, Metadata reflection) {
  /** Returns all metadata of calls. */
  public Metadata ofCalls() {
    return both(common, call);
  }

  /** Returns all metadata of reflection requests. */
  public Metadata ofReflection() {
    return both(common, reflection);
  }

  private static Metadata both(Metadata first, Metadata second) {
    Metadata all = new Metadata();
    all.merge(first);
    all.merge(second);
    return all;
  }
}
