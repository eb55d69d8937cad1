package dev.grpcos.cli.filter;

import dev.grpcos.cli.failure.OwnProcessRequiredException;
import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Processes that evaluate the expressions of commands in the gateway, started on demand and reused.
 * Safe for use by any thread.
 */
public final class FilterProcesses implements Evaluators {
  private static final System.Logger LOG = System.getLogger("dev.grpcos.cli.filter");

  /** The value of {@code oom_score_adj} that the kernel prefers, see proc(5). */
  private static final String MOST_OOM_SCORE = "1000";

  /** The variables that the script which starts Java uses; no others are passed on. */
  private static final Set<String> VARIABLES = Set.of("PATH", "JAVA_HOME", "TMPDIR");

  private final Path script;
  private final Supplier<FilterLimits> here;
  private final ScheduledThreadPoolExecutor clock;
  private final Set<FilterProcess> all = new HashSet<>();
  private final Deque<FilterProcess> idle = new ArrayDeque<>();
  private boolean closed;

  /** The limits, from the first use on. */
  private @Nullable FilterLimits limits;

  /**
   * @param script runs a grpcos command in a JVM
   * @param limits returns the limits; called at the first use
   */
  public FilterProcesses(Path script, Supplier<FilterLimits> limits) {
    this.script = script;
    this.here = limits;
    this.clock =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, "filter-limits");
              thread.setDaemon(true);
              return thread;
            });
    clock.setRemoveOnCancelPolicy(true);
    clock.setKeepAliveTime(1, TimeUnit.MINUTES);
    clock.allowCoreThreadTimeOut(true);
  }

  private synchronized FilterLimits limits() {
    FilterLimits known = limits;
    if (known == null) {
      known = here.get();
      limits = known;
    }
    return known;
  }

  @Override
  public synchronized Evaluator take() {
    FilterLimits limits = limits();
    for (FilterProcess process = idle.pollLast(); process != null; process = idle.pollLast()) {
      if (process.isIdle()) {
        return process;
      }
      all.remove(process);
    }
    if (closed || all.size() >= limits.processes()) {
      throw new OwnProcessRequiredException(
          "it evaluates " + limits.processes() + " --jq expressions already");
    }
    try {
      FilterProcess process = new FilterProcess(start(limits.heap()), limits, clock);
      all.add(process);
      return process;
    } catch (IOException e) {
      throw new OwnProcessRequiredException(
          "it cannot start a process for --jq: " + e.getMessage());
    }
  }

  private Process start(long heap) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(script.toString(), "__filter")
            .directory(new File("/"))
            .redirectError(Redirect.DISCARD);
    Map<String, String> environment = builder.environment();
    environment.keySet().retainAll(VARIABLES);
    environment.put("GRPCOS_JAVA_OPTS", "-Xmx" + heap);
    Process process = builder.start();
    preferForOutOfMemory(process.pid());
    return process;
  }

  /** Makes the kernel end this process before the gateway if the memory does not suffice. */
  private static void preferForOutOfMemory(long pid) {
    try {
      Files.writeString(Path.of("/proc/" + pid + "/oom_score_adj"), MOST_OOM_SCORE);
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "the kernel may end the gateway before a process for --jq", e);
    }
  }

  /** Keeps the process for the next command, unless it still evaluates an expression. */
  @Override
  public synchronized void release(Evaluator evaluator) {
    FilterProcess process = (FilterProcess) evaluator;
    if (closed || !process.isIdle()) {
      all.remove(process);
      process.kill();
      return;
    }
    idle.addLast(process);
    ScheduledFuture<?> unused =
        clock.schedule(() -> expire(process), limits().idle().toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Kills a process that is not in use; one that was used in between starts another period. */
  private synchronized void expire(FilterProcess process) {
    if (idle.remove(process)) {
      all.remove(process);
      process.kill();
    }
  }

  @Override
  public void kill(Evaluator evaluator) {
    ((FilterProcess) evaluator).kill();
  }

  @Override
  public synchronized void close() {
    closed = true;
    all.forEach(FilterProcess::kill);
    all.clear();
    idle.clear();
    clock.getQueue().clear();
  }
}
