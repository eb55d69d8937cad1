package dev.grpcos.cli.resident;

import dev.grpcos.cli.connection.Connections;
import dev.grpcos.cli.failure.ExitCode;
import dev.grpcos.cli.failure.OwnProcessRequiredException;
import dev.grpcos.cli.filter.Evaluators;
import dev.grpcos.cli.invocation.CommandRunner;
import dev.grpcos.gateway.limit.UserShares;
import dev.grpcos.gateway.limit.UserShares.Verdict;
import dev.grpcos.gateway.policy.SocketCaller;
import dev.grpcos.gateway.process.OwnProcess;
import io.grpc.Status;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * Runs the commands of launchers in this warm process.
 *
 * <p>The event loop that accepted a connection serves it, and each command runs on a separate
 * thread. Parallel commands, connections, long HELLOs and each command's unread output are bounded.
 * A launcher above a bound is asked to start a process.
 *
 * <p>When a launcher's connection closes, its command's streams fail and its cancellation fires. A
 * command that ignores both keeps its thread, and its place among the parallel commands, until it
 * ends or {@link #close} interrupts it.
 */
public final class Resident implements AutoCloseable {
  /** The default number of parallel commands. */
  public static final int DEFAULT_COMMANDS = 256;

  /** The default number of connections. */
  public static final int DEFAULT_CONNECTIONS = 4 * DEFAULT_COMMANDS;

  /** The time limit for a launcher's HELLO. */
  static final Duration GREETING_LIMIT = Duration.ofSeconds(5);

  /** The size above which a HELLO is large; only a few large ones are accepted in parallel. */
  static final int LARGE_HELLO = 64 * 1024;

  private static final Logger LOG = System.getLogger(Resident.class.getName());

  private static final int LARGE_HELLOS = 16;
  private static final Duration IDLE_THREAD = Duration.ofSeconds(5);
  private static final Duration END_LIMIT = Duration.ofSeconds(5);

  /**
   * Large enough for messages of the deepest nesting that JSON permits; untouched pages cost
   * nothing.
   */
  private static final long STACK_BYTES = 512 * 1024;

  private final CommandRunner runner;
  private final Function<SocketCaller, Connections> connections;
  private final Evaluators evaluators;
  private final String release;
  private final UserShares commands;
  private final UserShares places;
  private final int uid = OwnProcess.uid();

  /** The expressions of other users that are evaluated in parallel. */
  private final Turns turns =
      new Turns(Math.max(1, Math.min(2, Runtime.getRuntime().availableProcessors() / 2)));

  private final Semaphore largeHellos = new Semaphore(LARGE_HELLOS);
  private final Set<LauncherConnection> open = ConcurrentHashMap.newKeySet();
  private final ThreadPoolExecutor workers;
  private volatile boolean closed;

  /**
   * @param connections the connections for the calls of this caller's commands
   * @param evaluators the evaluators of expressions
   * @param release the version of grpcos; launchers of another version are asked to start a process
   * @param commands the commands of each user
   * @param places the connections of each user
   */
  public Resident(
      CommandRunner runner,
      Function<SocketCaller, Connections> connections,
      Evaluators evaluators,
      String release,
      UserShares commands,
      UserShares places) {
    this(runner, connections, evaluators, release, commands, places, threads());
  }

  /**
   * @param threads creates the commands' threads
   */
  Resident(
      CommandRunner runner,
      Function<SocketCaller, Connections> connections,
      Evaluators evaluators,
      String release,
      UserShares commands,
      UserShares places,
      ThreadFactory threads) {
    this.runner = runner;
    this.connections = connections;
    this.evaluators = evaluators;
    this.release = release;
    this.commands = commands;
    this.places = places;
    // The users' shares bound the threads; a second bound would reject a command while another
    // ends.
    this.workers =
        new ThreadPoolExecutor(
            0,
            Integer.MAX_VALUE,
            IDLE_THREAD.toSeconds(),
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            threads);
  }

  private static ThreadFactory threads() {
    AtomicInteger number = new AtomicInteger();
    return task -> {
      Thread thread = new Thread(null, task, "command-" + number.incrementAndGet(), STACK_BYTES);
      thread.setDaemon(true);
      return thread;
    };
  }

  /** Returns the handler of connections to the launchers' socket. */
  public ChannelHandler handler() {
    return new ChannelInitializer<Channel>() {
      @Override
      protected void initChannel(Channel channel) {
        channel.pipeline().addLast(new LauncherConnection(Resident.this, channel));
      }

      @Override
      public boolean isSharable() {
        return true;
      }
    };
  }

  /**
   * Closes all connections, which cancels their commands, and waits for the commands. After five
   * seconds it interrupts them; after five more seconds it returns, and they run until the process
   * ends. The event loops must still run.
   */
  @Override
  public void close() {
    closed = true;
    open.forEach(LauncherConnection::close);
    workers.shutdown();
    try {
      if (!workers.awaitTermination(END_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
        workers.shutdownNow();
        if (!workers.awaitTermination(END_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
          LOG.log(Level.WARNING, "{0} commands did not end", workers.getActiveCount());
        }
      }
    } catch (InterruptedException e) {
      workers.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }

  String release() {
    return release;
  }

  Connections connections(SocketCaller caller) {
    return connections.apply(caller);
  }

  /** Returns the place for the expression of a caller's command. */
  FilterPlace filters(SocketCaller caller) {
    int user = caller.peer().uid();
    boolean owner = caller.socket().isOwners() && (user == 0 || user == uid);
    return new FilterPlace(evaluators, owner ? null : turns);
  }

  /** Registers a connection; returns false if there are too many. */
  boolean enter(LauncherConnection connection, SocketCaller caller) {
    if (closed || !take(places, caller)) {
      return false;
    }
    open.add(connection);
    if (closed) {
      connection.close(); // close() may have run before the connection was registered
    }
    return true;
  }

  void leave(LauncherConnection connection, SocketCaller caller) {
    open.remove(connection);
    places.release(caller.peer().uid());
  }

  boolean takeLargeHello() {
    return largeHellos.tryAcquire();
  }

  void returnLargeHello() {
    largeHellos.release();
  }

  /** Counts a command of this caller; returns false if there are too many. */
  boolean takePermit(SocketCaller caller) {
    return take(commands, caller);
  }

  /** Counts one more; only a caller at the owner's socket may use what is reserved. */
  private static boolean take(UserShares shares, SocketCaller caller) {
    int user = caller.peer().uid();
    Verdict verdict =
        caller.socket().isOwners() ? shares.acquire(user) : shares.acquireUnreserved(user);
    return verdict == Verdict.GRANTED;
  }

  void returnPermit(int uid) {
    commands.release(uid);
  }

  /** Runs a command that has a permit; called on the event loop. */
  void run(List<String> arguments, LauncherInvocation invocation, Outbox outbox) {
    try {
      workers.execute(() -> work(arguments, invocation, outbox));
    } catch (RejectedExecutionException e) {
      commands.release(invocation.uid());
      outbox.cold("the gateway is stopping");
    } catch (OutOfMemoryError e) {
      // The operating system limits the number of threads. The command has not started.
      commands.release(invocation.uid());
      LOG.log(Level.ERROR, "a command''s thread cannot be started: {0}", e.getMessage());
      outbox.cold("it cannot start a thread");
    }
  }

  private void work(List<String> arguments, LauncherInvocation invocation, Outbox outbox) {
    Runnable answer = () -> {};
    try {
      int code = runner.run(arguments, invocation);
      answer = () -> outbox.exit("", code);
    } catch (OwnProcessRequiredException e) {
      answer = () -> goCold(String.valueOf(e.getMessage()), e, outbox);
    } catch (LinkageError e) {
      LOG.log(Level.ERROR, "a part of the gateway's files was replaced: restart it", e);
      answer = () -> goCold("its files were replaced since it was started: restart it", e, outbox);
    } catch (RuntimeException | Error e) {
      answer = () -> fail(e, outbox);
    } finally {
      // The launcher ends at the answer. It then closes the connection, which would cancel what is
      // in use, and its user may start the next command, which needs the place of this one.
      invocation.end();
      commands.release(invocation.uid());
      try {
        answer.run();
      } finally {
        // The command ended with another exception: the launcher must not wait for it.
        outbox.exit("", ExitCode.FAILURE);
      }
    }
  }

  private static void goCold(String reason, Throwable cause, Outbox outbox) {
    if (!outbox.cold(reason)) {
      fail(cause, outbox);
    }
  }

  private static void fail(Throwable fault, Outbox outbox) {
    if (fault instanceof OutOfMemoryError) {
      // A message was too large; it is no longer reachable.
      outbox.exit(
          "grpcos: RESOURCE_EXHAUSTED: the gateway has too little memory for a message of this"
              + " command; set GRPCOS_COLD=1 to run without the gateway\n",
          ExitCode.STATUS_BASE + Status.Code.RESOURCE_EXHAUSTED.value());
      return;
    }
    LOG.log(Level.ERROR, "a command failed", fault);
    outbox.exit("grpcos: internal error: " + fault + "\n", ExitCode.FAILURE);
  }
}
