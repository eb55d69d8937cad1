package dev.grpcos.cli.command;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.grpcos.cli.connection.Connection;
import dev.grpcos.cli.daemon.AdminClient;
import dev.grpcos.cli.failure.CliException;
import dev.grpcos.cli.failure.ExitCode;
import dev.grpcos.cli.invocation.Invocation;
import dev.grpcos.cli.invocation.StreamKind;
import dev.grpcos.cli.top.KeyInput;
import dev.grpcos.cli.top.KeyInput.TerminalEvent;
import dev.grpcos.cli.top.TerminalSize;
import dev.grpcos.cli.top.TopLines;
import dev.grpcos.cli.top.TopOrder;
import dev.grpcos.cli.top.TopSample;
import dev.grpcos.cli.top.TopScreen;
import dev.grpcos.gateway.text.DurationText;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code grpcos top}: shows the gateway's calls as they happen. */
@Command(
    name = "top",
    description = {
      "Shows the gateway's calls as they happen.",
      "",
      "By method, caller and upstream: calls and errors a second, the median and the 99th"
          + " percentile of the duration, calls in flight, and bytes a second.",
      "",
      "On a terminal, the screen is renewed until q is pressed; s changes the order. Elsewhere, and"
          + " with --batch, each interval is one line, with the sums of all methods and the first"
          + " method in the order.",
      "",
      "Only the gateway's user and root may see its calls. This command makes one call in each"
          + " interval, which counts too."
    },
    footer = {"  grpcos top", "  grpcos top --batch --limit 10 --sort p99"})
final class TopCommand implements Callable<Integer> {
  private static final Duration SHORTEST = Duration.ofMillis(100);
  private static final Duration LONGEST = Duration.ofHours(1);

  @Option(names = "--batch", description = "Print one line for each interval.")
  boolean batch;

  @Option(
      names = "--sort",
      paramLabel = "KEY",
      description = "The order: calls, errors, p50, p99, inflight, bytes or name. Default: calls.")
  TopOrder order = TopOrder.CALLS;

  @Option(
      names = "--interval",
      paramLabel = "DUR",
      converter = DurationConverter.class,
      description = "The time between two readings of the counters. Default: 1s.")
  Duration interval = Duration.ofSeconds(1);

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "Stop after N intervals. Default: no limit.")
  int limit;

  @Mixin SocketOptions endpoint = new SocketOptions();
  @Mixin StandardOptions standard = new StandardOptions();

  private final CommandContext context;

  TopCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    Bounds.require("--limit", limit, 0, Integer.MAX_VALUE);
    if (interval.compareTo(SHORTEST) < 0 || interval.compareTo(LONGEST) > 0) {
      throw CliException.usage(
          "--interval %s is out of range; give 100ms to 1h", DurationText.of(interval));
    }
    Invocation invocation = context.invocation();
    boolean screen =
        !batch
            && invocation.stdinKind() == StreamKind.TERMINAL
            && invocation.stdoutKind() == StreamKind.TERMINAL;
    return endpoint.run(
        invocation,
        connection -> {
          try {
            return screen ? screen(connection) : lines(connection);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return ExitCode.FAILURE;
          }
        });
  }

  private static TopSample sample(AdminClient admin) {
    return new TopSample(admin.metrics(), System.nanoTime());
  }

  private int lines(Connection connection) throws InterruptedException {
    AdminClient admin = new AdminClient(connection.channel());
    TopSample before = sample(admin);
    context.output().line(TopLines.headings());
    for (int i = 0; limit == 0 || i < limit; i++) {
      Thread.sleep(interval.toMillis());
      TopSample now = sample(admin);
      context
          .output()
          .line(TopLines.line(LocalTime.now(ZoneId.systemDefault()), before, now, order));
      before = now;
    }
    return ExitCode.OK;
  }

  private int screen(Connection connection) throws InterruptedException {
    AdminClient admin = new AdminClient(connection.channel());
    TopSample before = sample(admin);
    Invocation invocation = context.invocation();
    invocation.readKeys(TopScreen.LEAVE);
    KeyInput keys = KeyInput.start(invocation.stdin());
    print(TopScreen.ENTER);
    try {
      new ScreenLoop(keys, invocation.columns()).run(admin, before);
    } finally {
      print(TopScreen.LEAVE);
    }
    return ExitCode.OK;
  }

  private void print(String text) {
    context.output().write(out -> out.write(text.getBytes(UTF_8)));
  }

  /** Renews the screen until a key or the limit ends it. */
  private final class ScreenLoop {
    private final KeyInput keys;
    private TerminalSize size;
    private TopOrder current = order;
    private boolean ended;

    ScreenLoop(KeyInput keys, int columns) {
      this.keys = keys;
      this.size = new TerminalSize(TerminalSize.DEFAULT.rows(), columns);
    }

    void run(AdminClient admin, TopSample first) throws InterruptedException {
      TopSample before = first;
      TopSample now = first;
      for (int i = 0; !ended; i++) {
        print(TopScreen.of(before, now, current, size));
        long end = System.nanoTime() + interval.toNanos();
        await(before, now, end);
        if (limit > 0 && i >= limit) {
          return;
        }
        if (!ended) {
          before = now;
          now = sample(admin);
        }
      }
    }

    private void await(TopSample before, TopSample now, long end) throws InterruptedException {
      while (!ended) {
        TerminalEvent event = keys.poll(Duration.ofNanos(Math.max(0, end - System.nanoTime())));
        if (event == null) {
          return;
        }
        if (take(event)) {
          print(TopScreen.of(before, now, current, size));
        }
      }
    }

    /** Applies an event; returns whether the screen changes. */
    private boolean take(TerminalEvent event) {
      if (event instanceof TerminalEvent.SizeReported reported) {
        boolean changed = !reported.size().equals(size);
        size = reported.size();
        return changed;
      }
      if (event instanceof TerminalEvent.KeyPressed key) {
        switch (key.character()) {
          case 'q', 'Q' -> ended = true;
          case 's' -> current = current.next();
          default -> {
            return false;
          }
        }
        return !ended;
      }
      ended = true;
      return false;
    }
  }
}
