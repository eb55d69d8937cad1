package dev.grpcos.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.cli.distribution.Command;
import dev.grpcos.cli.distribution.Distribution;
import dev.grpcos.cli.distribution.Outcome;
import dev.grpcos.cli.distribution.Running;
import dev.grpcos.cli.resident.Eventually;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A gateway of the packaged command, in the foreground, so that it is a child of the tests and ends
 * with them. Closing it kills it and every process that was started through it.
 */
final class TestGateway implements AutoCloseable {
  /** Long, because the machine may be busy. */
  static final Duration SOON = Duration.ofMinutes(2);

  private static final Pattern IN_FLIGHT = Pattern.compile("\"inFlight\":\"(\\d+)\"");

  private final Distribution distribution;
  private final Path socket;
  private final Running process;
  private final List<Running> started = new ArrayList<>();

  private TestGateway(Distribution distribution, Path socket, Running process) {
    this.distribution = distribution;
    this.socket = socket;
    this.process = process;
  }

  /** Starts a gateway of the built distribution, and waits until it answers. */
  static TestGateway run(Path socket, String... options) throws Exception {
    return run(Distribution.built(), socket, List.of(), options);
  }

  /**
   * Starts a gateway, and waits until it answers.
   *
   * @param user a command prefix that switches the user; may be empty
   */
  static TestGateway run(
      Distribution distribution, Path socket, List<String> user, String... options)
      throws Exception {
    List<String> line = new ArrayList<>(user);
    line.addAll(List.of(distribution.grpcos().toString(), "gateway", "run"));
    line.addAll(List.of("--socket", socket.toString()));
    line.addAll(List.of(options));
    Command command = new Command(Path.of(line.get(0)), line.subList(1, line.size()));
    TestGateway gateway =
        new TestGateway(distribution, socket, command.withoutWarmup().in(socket.getRoot()).start());
    try {
      Eventually.until("the gateway answers", SOON, gateway::answers);
    } catch (AssertionError e) {
      String log = gateway.process.stderr();
      gateway.close();
      throw new AssertionError(e.getMessage() + "; its log: " + log, e);
    }
    return gateway;
  }

  private boolean answers() {
    if (!process.isAlive()) {
      throw new AssertionError("the gateway ended");
    }
    return listens(socket) && listens(Path.of(socket + ".cli"));
  }

  private static boolean listens(Path path) {
    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
      return channel.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  Path socket() {
    return socket;
  }

  Running process() {
    return process;
  }

  /** Returns a command with these arguments that uses this gateway. */
  Command grpcos(String... arguments) {
    return find(new Command(distribution.grpcos(), arguments));
  }

  /** Returns a script in which {@code grpcos} is the command, using this gateway. */
  Command bash(String script) {
    return find(new Command(Path.of("/bin/bash"), "-c", script))
        .with("PATH", distribution.grpcos().getParent() + ":" + System.getenv("PATH"));
  }

  private Command find(Command command) {
    return command.with("GRPCOS_SOCKET", socket.toString());
  }

  /** Starts a process that is killed with this gateway at the latest. */
  Running start(Command command) {
    Running running = command.start();
    started.add(running);
    return running;
  }

  /** Starts an endless stream, and waits for its only line. */
  Running watch(RunMode warmth) throws Exception {
    Running watch = start(warmth.on(grpcos("call", "grpc.health.v1.Health/Watch", "-d", "{}")));
    awaitStdout(watch, "{\"status\":\"SERVING\"}\n");
    return watch;
  }

  /** Starts a conversation with the Greeter, and waits for its first reply. */
  Running converse(RunMode warmth) throws Exception {
    Running conversation =
        start(warmth.on(grpcos("call", "Greeter/SayHelloBidiStream").stdinHeldOpen(new byte[0])));
    conversation.type("{\"name\":\"one\"}\n");
    awaitStdout(conversation, "{\"message\":\"Hello one\"}\n");
    return conversation;
  }

  static void awaitStdout(Running process, String text) throws Exception {
    Eventually.until(
        "stdout is " + text,
        SOON,
        () -> {
          if (!process.isAlive() && !process.stdout().equals(text)) {
            throw new AssertionError("ended: " + process.end(Duration.ZERO));
          }
          return process.stdout().equals(text);
        });
  }

  /** Returns the number of calls in flight, including this status call. */
  private int inFlight() {
    Outcome outcome = RunMode.WARM.on(grpcos("gateway", "status", "--json")).run();
    Matcher calls = IN_FLIGHT.matcher(outcome.stdout());
    assertThat(calls.find()).as("status: %s", outcome).isTrue();
    return Integer.parseInt(calls.group(1));
  }

  /** Waits until this number of calls is in flight, without the one for the status. */
  void awaitInFlight(int calls) throws Exception {
    Eventually.until(calls + " calls in flight", SOON, () -> inFlight() == calls + 1);
  }

  /** Kills the started processes that still run. */
  void endStarted() {
    started.forEach(Running::close);
    started.clear();
  }

  @Override
  public void close() {
    endStarted();
    process.close();
  }
}
