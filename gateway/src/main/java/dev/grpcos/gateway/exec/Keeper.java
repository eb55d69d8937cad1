package dev.grpcos.gateway.exec;

import dev.grpcos.gateway.limit.LimitExcess;
import dev.grpcos.gateway.limit.UserShares;
import dev.grpcos.gateway.limit.UserShares.Verdict;
import dev.grpcos.gateway.peer.PeerIdentity;
import io.grpc.Status;
import io.grpc.StatusException;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Starts programs. Each program has its own connection to {@code grpcos-exec}.
 *
 * <p>The first program starts that process. If it has died, or its socket is gone, the next program
 * starts it again. Safe for use by any thread. Only {@link #close} blocks.
 */
final class Keeper implements AutoCloseable {
  /** How long a start waits while {@code grpcos-exec} accepts no further connection. */
  private static final Duration START_TIMEOUT = Duration.ofSeconds(10);

  private static final int RETRY_MILLIS = 5;

  private static final CompletableFuture<KeeperProcess> CLOSED =
      CompletableFuture.failedFuture(new IOException("the gateway is stopping"));

  private final Path executable;
  private final Path gateway;
  private final UserShares programs;
  private final Background background;
  private final Bootstrap connections =
      new Bootstrap()
          .channel(EpollDomainSocketChannel.class)
          .option(ChannelOption.AUTO_READ, false)
          // A program may exit before it has read its input, while its output still has to be read.
          .option(ChannelOption.AUTO_CLOSE, false);

  /** The process, which may still be starting; null before the first program. */
  private final AtomicReference<@Nullable CompletableFuture<KeeperProcess>> process =
      new AtomicReference<>();

  /**
   * Creates a keeper; starts no process.
   *
   * @param executable the path of {@code grpcos-exec}
   * @param gateway the gateway's socket; {@code grpcos-exec} listens beside it
   * @param programs the running programs of each user
   * @param background starts {@code grpcos-exec}
   */
  Keeper(Path executable, Path gateway, UserShares programs, Background background) {
    this.executable = executable;
    this.gateway = gateway;
    this.programs = programs;
    this.background = background;
  }

  /**
   * Starts a program. If the program cannot run, its first event reports that.
   *
   * @param user the user in whose share the program is counted
   * @param reserve whether it may use the programs that are reserved for the owner of the gateway
   * @param loop the caller's event loop, to which the program and its owner are confined
   * @throws StatusException if the limit of programs is reached, or the launch is invalid
   */
  Program start(
      Launch launch, PeerIdentity user, boolean reserve, EventLoop loop, Program.ProgramOwner owner)
      throws StatusException {
    int share = user.share();
    Verdict verdict = reserve ? programs.acquire(share) : programs.acquireUnreserved(share);
    if (verdict != Verdict.GRANTED) {
      throw Status.RESOURCE_EXHAUSTED
          .withDescription(
              switch (verdict) {
                case OVER_SHARE ->
                    LimitExcess.overShare(user, programs.share(), "running programs", "programs");
                case RESERVED -> LimitExcess.reserved("programs", "exec");
                case GRANTED, OVER_LIMIT ->
                    "the gateway runs as many programs as limits.exec allows; try again later";
              })
          .asException();
    }
    Program program;
    try {
      program = new Program(Frames.start(launch), owner, () -> programs.release(share));
    } catch (StatusException e) {
      programs.release(share);
      throw e;
    }
    new LaunchAttempt(program, loop).run();
    return program;
  }

  /** Connects a program, if necessary in several attempts. Confined to the program's event loop. */
  private final class LaunchAttempt implements Runnable {
    private final Program program;
    private final EventLoop loop;
    private final long startDeadline = System.nanoTime() + START_TIMEOUT.toNanos();
    private boolean restarted;

    LaunchAttempt(Program program, EventLoop loop) {
      this.program = program;
      this.loop = loop;
    }

    @Override
    public void run() {
      CompletableFuture<KeeperProcess> current = current();
      if (current.isDone()) {
        connect(current);
      } else {
        var unused =
            current.whenComplete((started, failure) -> loop.execute(() -> connect(current)));
      }
    }

    private void connect(CompletableFuture<KeeperProcess> current) {
      if (current.isCompletedExceptionally()) {
        process.compareAndSet(current, null); // the next program tries again
        Throwable cause = current.handle((none, failure) -> root(failure)).join();
        loop.execute(() -> program.notConnected(cause)); // not before the caller has the program
        return;
      }
      KeeperProcess running = current.join();
      connections
          .clone(loop)
          .handler(program)
          .connect(running.address())
          .addListener(
              done -> {
                if (!done.isSuccess()) {
                  failed(current, running, done.cause());
                }
              });
    }

    private void failed(
        CompletableFuture<KeeperProcess> current, KeeperProcess running, Throwable cause) {
      if (program.killed() || loop.isShuttingDown()) {
        program.notConnected(cause);
      } else if (running.listens()) {
        if (System.nanoTime() < startDeadline) {
          var unused = loop.schedule(this, RETRY_MILLIS, TimeUnit.MILLISECONDS);
        } else {
          program.notConnected(cause);
        }
      } else if (!restarted) {
        restarted = true;
        replace(current, running);
        run();
      } else {
        program.notConnected(cause);
      }
    }
  }

  private static Throwable root(Throwable failure) {
    return failure.getCause() == null ? failure : failure.getCause();
  }

  private CompletableFuture<KeeperProcess> current() {
    CompletableFuture<KeeperProcess> current = process.get();
    if (current != null) {
      return current;
    }
    CompletableFuture<KeeperProcess> next = new CompletableFuture<>();
    if (process.compareAndSet(null, next)) {
      background.execute(() -> start(next));
    }
    return current();
  }

  private void replace(CompletableFuture<KeeperProcess> old, KeeperProcess running) {
    CompletableFuture<KeeperProcess> next = new CompletableFuture<>();
    if (process.compareAndSet(old, next)) {
      background.execute(
          () -> {
            running.end(); // first, because it removes a folder that the next process may use
            start(next);
          });
    }
  }

  private void start(CompletableFuture<KeeperProcess> result) {
    try {
      result.complete(KeeperProcess.start(executable, gateway));
    } catch (IOException e) {
      result.completeExceptionally(new UncheckedIOException(e));
    }
  }

  /** Starts no more programs and ends {@code grpcos-exec}. Running programs continue. */
  @Override
  public void close() {
    CompletableFuture<KeeperProcess> last = process.getAndSet(CLOSED);
    if (last != null && last != CLOSED) {
      // Runs now, or when the start has succeeded.
      var unused = last.thenAccept(KeeperProcess::end);
    }
  }
}
