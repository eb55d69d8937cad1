package dev.grpcos.cli.context;

import dev.grpcos.cli.invocation.Invocation;
import java.util.AbstractMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The caller's environment variables, which are read when one of them is needed: the resident has
 * only some of them, and a context that needs any is used by a process of its own.
 */
final class CallersVariables extends AbstractMap<String, String> {
  private final Invocation invocation;

  CallersVariables(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public @Nullable String get(@Nullable Object name) {
    return invocation.environment().get(name);
  }

  @Override
  public boolean containsKey(@Nullable Object name) {
    return invocation.environment().containsKey(name);
  }

  @Override
  public Set<Map.Entry<String, String>> entrySet() {
    return invocation.environment().entrySet();
  }
}
