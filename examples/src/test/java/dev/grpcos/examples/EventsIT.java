package dev.grpcos.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * The service of {@code examples/events} when things go wrong: a slow subscriber, a crash, a
 * restart of NATS. {@link ReadmeIT} runs the commands of its document.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class EventsIT {
  private static final Clone CLONE = Clone.built();
  private static final Duration DEADLINE = Duration.ofMinutes(3);

  /** Exit codes of {@code grpcos call}. */
  private static final int OUT_OF_RANGE = 75;

  private static final int UNAVAILABLE = 78;

  private final List<Subscriber> subscribers = new ArrayList<>();
  private int subscribed;
  private int port;
  private @Nullable Path folder;
  private @Nullable Session session;
  private @Nullable Process nats;
  private @Nullable Process gateway;

  @BeforeAll
  void begin(@TempDir Path temporary) throws IOException {
    assumeTrue(
        Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
            .anyMatch(path -> Files.isExecutable(Path.of(path, "nats-server"))),
        "nats-server is not installed");
    folder = temporary;
    session =
        new Session(CLONE, Files.createDirectory(temporary.resolve("session"))).withoutWarmup();
    port = Ports.free();
    nats = startNats();
    ProcessBuilder run =
        grpcos("gateway", "run", "--config", "examples/events/gateway.yaml")
            .redirectOutput(temporary.resolve("gateway.log").toFile());
    run.environment().put("NATS_ADDRESS", "127.0.0.1:" + port);
    gateway = run.start();
    assertThat(Session.end(grpcos("health", "--wait=3m", "events.v1.Events").start())).isZero();
    awaitNats();
  }

  @AfterEach
  void endSubscribers() {
    subscribers.forEach(subscriber -> subscriber.call.destroyForcibly().onExit().join());
    subscribers.clear();
  }

  @AfterAll
  void end() throws IOException {
    for (Process process : new Process[] {gateway, nats}) {
      if (process != null) {
        process.destroy();
        process.onExit().join();
      }
    }
    if (session != null) {
      session.close();
    }
  }

  @Test
  void slowSubscriberLosesNothingAndDelaysNoOther() throws Exception {
    long first = publish("slow.first", "");
    Subscriber slow = subscribe("slow.*", first - 1);
    Subscriber fast = subscribe("slow.*", first - 1);
    slow.requireNext("slow.first", "");
    fast.requireNext("slow.first", "");
    slow.signal("STOP");

    int count = 300;
    // in total far more than the pipes and buffers between the stream and a subscriber hold
    String text = "x".repeat(40_000);
    StringBuilder requests = new StringBuilder();
    for (int n = 0; n < count; n++) {
      requests.append("{\"topic\":\"slow.%d\",\"text\":\"%s\"}\n".formatted(n, text));
    }
    Path input = Files.writeString(folder().resolve("requests"), requests);
    assertThat(
            Session.end(
                grpcos("call", "events.v1.Events/Publish")
                    .redirectInput(input.toFile())
                    .redirectOutput(folder().resolve("responses").toFile())
                    .start()))
        .isZero();

    for (int n = 0; n < count; n++) {
      fast.requireNext("slow." + n, text);
    }
    assertThat(written(slow.script())).isLessThan((long) count * text.length() / 2);
    slow.signal("CONT");
    for (int n = 0; n < count; n++) {
      slow.requireNext("slow." + n, text);
    }
  }

  @Test
  void crashedSubscriberGetsTheMissedEvents() throws Exception {
    Subscriber other = subscribe("crash", publish("crash", "before"));
    Subscriber crashing = subscribe("crash", publish("crash", "first") - 1);
    long received = crashing.requireNext("crash", "first");
    ProcessHandle script = crashing.script();
    crashing.call.destroyForcibly();
    script.onExit().get(DEADLINE.toSeconds(), TimeUnit.SECONDS);

    publish("crash", "second");
    publish("crash", "third");
    Subscriber again = subscribe("crash", received);
    again.requireNext("crash", "second");
    again.requireNext("crash", "third");
    for (String text : List.of("first", "second", "third")) {
      other.requireNext("crash", text);
    }
  }

  @Test
  void openSubscriptionsContinueAfterARestartOfNats() throws Exception {
    long before = publish("restart", "before");
    Subscriber one = subscribe("restart", before - 1);
    Subscriber two = subscribe("restart", before - 1);
    one.requireNext("restart", "before");
    two.requireNext("restart", "before");

    Objects.requireNonNull(nats).destroyForcibly().onExit().join();
    assertThat(Session.end(grpcos("call", "Events/Publish", "topic=restart").start()))
        .isEqualTo(UNAVAILABLE);
    assertThat(Session.end(grpcos("call", "Events/Subscribe", "topic=restart").start()))
        .isEqualTo(UNAVAILABLE);
    nats = startNats();
    awaitNats();

    publish("restart", "after");
    one.requireNext("restart", "after");
    two.requireNext("restart", "after");
    subscribe("restart", before - 1).requireNext("restart", "before");
  }

  @Test
  void eventsThatAreNoLongerStoredAreAnError() throws Exception {
    long first = publish("gone", "first");
    publish("gone", "second");
    publish("gone", "third");
    ProcessBuilder purge =
        session()
            .process(
                "python3",
                "-c",
                "from jetstream import JetStream\n"
                    + "JetStream().request('$JS.API.STREAM.PURGE.EVENTS', '{\"keep\":1}')")
            .directory(CLONE.root().resolve("examples/events").toFile());
    purge.environment().put("NATS_ADDRESS", "127.0.0.1:" + port);
    assertThat(Session.end(purge.start())).isZero();

    Process call = grpcos("call", "Events/Subscribe", "after=" + first).start();
    String output = new String(call.getInputStream().readAllBytes(), UTF_8);
    assertThat(Session.end(call)).as(output).isEqualTo(OUT_OF_RANGE);
    assertThat(output).contains("after: event " + (first + 1) + " is no longer kept; ");
    subscribe("gone", 0).requireNext("gone", "third");
  }

  private Session session() {
    return Objects.requireNonNull(session);
  }

  private Path folder() {
    return Objects.requireNonNull(folder);
  }

  private ProcessBuilder grpcos(String... arguments) {
    List<String> line = new ArrayList<>(List.of(CLONE.bin().resolve("grpcos").toString()));
    line.addAll(List.of(arguments));
    ProcessBuilder process = session().process(line.toArray(new String[0]));
    process.environment().put("GRPCOS_SOCKET", folder().resolve("gateway.sock").toString());
    return process;
  }

  /** Starts NATS with the store of this test. */
  private Process startNats() throws IOException {
    return session()
        .process(
            "nats-server",
            "-js",
            "-sd",
            folder().resolve("store").toString(),
            "-a",
            "127.0.0.1",
            "-p",
            String.valueOf(port))
        .redirectOutput(ProcessBuilder.Redirect.appendTo(folder().resolve("nats.log").toFile()))
        .start();
  }

  /** Waits until an event can be published. */
  private void awaitNats() throws IOException {
    assertThat(
            Session.end(grpcos("call", "--retry", "100", "Events/Publish", "topic=ready").start()))
        .isZero();
  }

  /** Publishes an event and returns its sequence. */
  private long publish(String topic, String text) throws IOException {
    Process call = grpcos("call", "Events/Publish", "topic=" + topic, "text=" + text).start();
    String output = new String(call.getInputStream().readAllBytes(), UTF_8);
    assertThat(Session.end(call)).as(output).isZero();
    return JsonParser.parseString(output).getAsJsonObject().get("sequence").getAsLong();
  }

  private Subscriber subscribe(String topic, long after) throws IOException {
    Subscriber subscriber =
        new Subscriber(topic, after, "subscriber-%d-%d".formatted(port, subscribed++));
    subscribers.add(subscriber);
    return subscriber;
  }

  /** Returns the bytes that a process has written. */
  private static long written(ProcessHandle process) throws IOException {
    return Files.readAllLines(Path.of("/proc/%d/io".formatted(process.pid()))).stream()
        .filter(line -> line.startsWith("wchar: "))
        .mapToLong(line -> Long.parseLong(line.substring("wchar: ".length())))
        .sum();
  }

  /** A call of {@code Subscribe} that waits for events. */
  private final class Subscriber {
    final Process call;
    private final String name;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

    /**
     * @param name sent as metadata, by which its script is found
     */
    Subscriber(String topic, long after, String name) throws IOException {
      this.name = name;
      call =
          grpcos(
                  "call",
                  "Events/Subscribe",
                  "topic=" + topic,
                  "after=" + after,
                  "-H",
                  "subscriber: " + name)
              .start();
      Thread reader = new Thread(this::read, name);
      reader.setDaemon(true);
      reader.start();
    }

    private void read() {
      try (BufferedReader output = call.inputReader(UTF_8)) {
        output.lines().forEach(lines::add);
      } catch (IOException | UncheckedIOException e) {
        lines.add("not read: " + e);
      }
    }

    /** Checks the next event, and returns its sequence. */
    long requireNext(String topic, String text) throws IOException {
      try {
        String line = lines.poll(DEADLINE.toSeconds(), TimeUnit.SECONDS);
        assertThat(line).as("next event of %s", name).isNotNull().startsWith("{");
        JsonObject event = JsonParser.parseString(line).getAsJsonObject();
        assertThat(event.get("topic").getAsString()).isEqualTo(topic);
        assertThat(event.has("text") ? event.get("text").getAsString() : "").isEqualTo(text);
        return event.get("sequence").getAsLong();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("waiting for an event of " + name);
      }
    }

    void signal(String signal) throws IOException {
      assertThat(Session.end(new ProcessBuilder("kill", "-" + signal, "" + call.pid()).start()))
          .isZero();
    }

    /** Returns the process of {@code subscribe.py} that serves the call. */
    ProcessHandle script() {
      return ProcessHandle.allProcesses()
          .filter(process -> read(process, "cmdline").endsWith("/subscribe.py\0"))
          .filter(process -> read(process, "environ").contains(name + "\""))
          .findFirst()
          .orElseThrow();
    }

    private static String read(ProcessHandle process, String file) {
      try {
        return Files.readString(Path.of("/proc/%d/%s".formatted(process.pid(), file)), UTF_8);
      } catch (IOException e) {
        return ""; // it has ended, or is another user's
      }
    }
  }
}
