package dev.grpcos.gateway;

import dev.grpcos.gateway.config.ConfigException;
import dev.grpcos.gateway.config.ConfigProblem;
import dev.grpcos.gateway.config.ConfigSource;
import dev.grpcos.gateway.exec.ServedService;
import dev.grpcos.gateway.exec.Serving;
import dev.grpcos.gateway.failure.GatewayException;
import dev.grpcos.gateway.local.ReloadRecord;
import dev.grpcos.gateway.local.Reloaded;
import dev.grpcos.gateway.systemd.ServiceManager;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Reloads the configuration and adds joined services, one change after the other, on a thread that
 * exists only while there is work. Logs the result.
 */
final class Reloader implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("dev.grpcos.gateway");

  /** The maximum number of waiting reloads; each one reads the file when its turn comes. */
  private static final int WAITING = 16;

  private final ConfigSource source;
  private final LiveConfig live;
  private final ServiceManager manager;
  private final ThreadPoolExecutor thread;
  private volatile @Nullable ReloadRecord last;
  private final AtomicInteger applied = new AtomicInteger();
  private final AtomicInteger failed = new AtomicInteger();

  Reloader(ConfigSource source, LiveConfig live, ServiceManager manager) {
    this.source = source;
    this.live = live;
    this.manager = manager;
    thread =
        new ThreadPoolExecutor(
            1,
            1,
            10,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(WAITING),
            task -> {
              Thread made = new Thread(task, "grpcos-reload");
              made.setDaemon(true);
              return made;
            });
    thread.allowCoreThreadTimeOut(true);
  }

  /** Starts a reload and returns at once. */
  CompletableFuture<Reloaded> reload() {
    try {
      return CompletableFuture.supplyAsync(this::run, thread);
    } catch (RejectedExecutionException e) {
      return CompletableFuture.completedFuture(new Reloaded(List.of(refusal()), List.of()));
    }
  }

  /** Returns the last reload; null if there was none. */
  @Nullable ReloadRecord last() {
    return last;
  }

  /** Returns the number of reloads that were applied. */
  int applied() {
    return applied.get();
  }

  /** Returns the number of reloads that changed nothing. */
  int failed() {
    return failed.get();
  }

  /** Starts to serve a joined service; the future fails if the service is invalid. */
  CompletableFuture<Serving> serve(ServedService service) {
    CompletableFuture<Serving> result = new CompletableFuture<>();
    try {
      thread.execute(
          () -> {
            try {
              result.complete(live.serve(service));
            } catch (GatewayException | RuntimeException e) {
              result.completeExceptionally(e);
            }
          });
    } catch (RejectedExecutionException e) {
      result.completeExceptionally(new GatewayException(refusal(), e));
    }
    return result;
  }

  private String refusal() {
    return thread.isShutdown()
        ? "the gateway is stopping"
        : WAITING + " reloads wait; try again later";
  }

  private Reloaded run() {
    manager.reloading();
    Reloaded result;
    try {
      result = new Reloaded(List.of(), live.change(source.read()));
    } catch (ConfigException e) {
      result = new Reloaded(e.problems().stream().map(ConfigProblem::toString).toList(), List.of());
    } catch (GatewayException e) {
      result = new Reloaded(String.valueOf(e.getMessage()).lines().toList(), List.of());
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "reload: internal error, please report it", e);
      result = new Reloaded(List.of("internal error, please report it: " + e), List.of());
    }
    (result.problems().isEmpty() ? applied : failed).incrementAndGet();
    last = new ReloadRecord(Instant.now(), result);
    logResult(result);
    manager.ready(
        result.problems().isEmpty()
            ? "serving"
            : "serving; the last reload changed nothing: " + result.problems().get(0));
    return result;
  }

  private static void logResult(Reloaded result) {
    for (String problem : result.problems()) {
      LOG.log(Level.ERROR, "reload failed, and nothing has changed: {0}", problem);
    }
    if (result.problems().isEmpty()) {
      LOG.log(Level.INFO, "reloaded");
    }
    for (String key : result.restart()) {
      LOG.log(Level.WARNING, "reload: {0} takes effect at the next start", key);
    }
  }

  /** Finishes the current reload, and starts no other. */
  @Override
  public void close() {
    thread.shutdown();
  }
}
