package dev.grpcos.cli.process;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.cli.distribution.Command;
import dev.grpcos.cli.distribution.Distribution;
import dev.grpcos.cli.distribution.Outcome;
import dev.grpcos.cli.inprocess.InteropServers;
import dev.grpcos.cli.process.StoreServer.ReceivedCall;
import io.netty.handler.ssl.ClientAuth;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The command lines of {@code table.txt}, run by grpcurl itself and by a link of that name to the
 * launcher. Standard output, exit code and the metadata that the server receives must be equal.
 */
final class GrpcurlIT {
  private static final String TABLE = "/dev/grpcos/cli/process/grpcurl/table.txt";

  /** The times of {@code -vv}. */
  private static final Pattern TIME = Pattern.compile("[0-9.]+(ns|µs|ms|s)$", Pattern.MULTILINE);

  /** A word of a command line, with parts in single quotes. */
  private static final Pattern WORD = Pattern.compile("(?:[^\\s']|'[^']*')+");

  @TempDir static Path folder;
  private static InteropServers interop;
  private static StoreServer server;
  private static TestGateway gateway;
  private static Map<TableLine, LineEffect> expected;
  private static Map<TableLine, LineEffect> actual;

  /** The effect of a command line: its output, and the calls that the server received. */
  record LineEffect(Outcome outcome, List<ReceivedCall> calls) {}

  /** Runs all lines by both programs in parallel, each with a server of its own. */
  @BeforeAll
  static void run() throws Exception {
    Path real = ForeignTools.program("grpcurl");
    interop = new InteropServers(folder);
    gateway = TestGateway.run(folder.resolve("gateway.sock"));
    Path link = Files.createSymbolicLink(folder.resolve("grpcurl"), Distribution.built().grpcos());
    Map<String, String> places =
        Map.of("{tls}", interop.tls(ClientAuth.NONE), "{mtls}", interop.tls(ClientAuth.REQUIRE));
    List<TableLine> lines = lines();
    server = new StoreServer(Files.createDirectory(folder.resolve("ours")));
    try (StoreServer theirs = new StoreServer(Files.createDirectory(folder.resolve("theirs")))) {
      CompletableFuture<Map<TableLine, LineEffect>> other =
          CompletableFuture.supplyAsync(() -> effects(real, lines, theirs, places));
      actual = effects(link, lines, server, places);
      expected = other.join();
    }
  }

  @AfterAll
  static void stop() {
    if (gateway != null) {
      gateway.close();
      server.close();
      interop.close();
    }
  }

  /**
   * A line of the table.
   *
   * @param exit the exit code where it is not that of grpcurl, or null
   * @param words the arguments
   * @param stdin null for none
   */
  record TableLine(
      String text, @Nullable Integer exit, List<String> words, @Nullable String stdin) {
    @Override
    public String toString() {
      return text;
    }
  }

  static List<TableLine> lines() throws IOException {
    List<TableLine> lines = new ArrayList<>();
    try (InputStream in = GrpcurlIT.class.getResourceAsStream(TABLE)) {
      for (String text : new String(in.readAllBytes(), UTF_8).split("\n", -1)) {
        if (!text.isBlank() && !text.startsWith("#")) {
          lines.add(line(text));
        }
      }
    }
    return lines;
  }

  private static TableLine line(String text) {
    Matcher exit = Pattern.compile("^\\[(\\d+)] ").matcher(text);
    boolean different = exit.find();
    String rest = different ? text.substring(exit.end()) : text;
    int input = rest.indexOf(" <<< ");
    String stdin = input < 0 ? null : rest.substring(input + 5).translateEscapes();
    List<String> words = new ArrayList<>();
    WORD.matcher(input < 0 ? rest : rest.substring(0, input))
        .results()
        .forEach(word -> words.add(word.group().replace("'", "")));
    return new TableLine(text, different ? Integer.valueOf(exit.group(1)) : null, words, stdin);
  }

  private static Map<TableLine, LineEffect> effects(
      Path program, List<TableLine> lines, StoreServer server, Map<String, String> places) {
    Map<String, String> all = new HashMap<>(places);
    all.put("{tcp}", server.tcp());
    all.put("{unix}", server.folder().resolve("store.sock").toString());
    Map<TableLine, LineEffect> effects = new HashMap<>();
    for (TableLine line : lines) {
      List<String> words = line.words().stream().map(word -> replaced(word, all)).toList();
      Command command =
          new Command(program, words)
              .in(server.folder())
              .with("GRPCOS_SOCKET", gateway.socket().toString())
              .with("TENANT", "acme");
      if (line.stdin() != null) {
        command.stdinPipe(line.stdin().getBytes(UTF_8));
      }
      effects.put(line, new LineEffect(command.run(), server.taken()));
    }
    return effects;
  }

  private static String replaced(String word, Map<String, String> places) {
    String replaced = word;
    for (Map.Entry<String, String> place : places.entrySet()) {
      replaced = replaced.replace(place.getKey(), place.getValue());
    }
    return replaced;
  }

  private static String stable(String stdout) {
    return TIME.matcher(stdout).replaceAll("TIME");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("lines")
  void linesHaveTheSameEffect(TableLine line) {
    LineEffect theirs = Objects.requireNonNull(expected.get(line));
    LineEffect ours = Objects.requireNonNull(actual.get(line));
    assertThat(stable(ours.outcome().stdout()))
        .as("stdout; %s, expected %s", ours, theirs)
        .isEqualTo(stable(theirs.outcome().stdout()));
    assertThat(ours.outcome().exit())
        .as("exit code; %s, expected %s", ours, theirs)
        .isEqualTo(Objects.requireNonNullElse(line.exit(), theirs.outcome().exit()));
    assertThat(ours.calls().stream().filter(call -> !call.isReflection()))
        .isEqualTo(theirs.calls().stream().filter(call -> !call.isReflection()).toList());
    // The gateway keeps schemas, so it needs fewer of these calls.
    assertThat(metadata(theirs)).containsAll(metadata(ours));
  }

  private static Set<List<String>> metadata(LineEffect effect) {
    return effect.calls().stream()
        .filter(ReceivedCall::isReflection)
        .map(ReceivedCall::metadata)
        .collect(Collectors.toSet());
  }

  private static Command link(String... arguments) {
    return new Command(folder.resolve("grpcurl"), arguments)
        .in(server.folder())
        .with("GRPCOS_SOCKET", gateway.socket().toString());
  }

  @Test
  void aCallWithOneRequestDoesNotWaitForTheEndOfItsInput() {
    Outcome outcome =
        link("-plaintext", "-d", "@", server.tcp(), "store.v1.Store/Echo")
            .stdinHeldOpen("{\"id\":\"a\"}".getBytes(UTF_8))
            .run();
    assertThat(outcome).isEqualTo(new Outcome(0, "{\n  \"id\": \"a\"\n}\n", ""));
    assertThat(server.taken()).isNotEmpty();
  }

  @Test
  void aBidirectionalCallEndsWhenTheServerEndsIt() {
    Outcome outcome =
        link("-plaintext", "-d", "@", server.tcp(), "store.v1.Store/Chat")
            .stdinHeldOpen("{\"sku\":\"end\"}".getBytes(UTF_8))
            .run();
    assertThat(outcome).isEqualTo(new Outcome(0, "{\n  \"sku\": \"end\"\n}\n", ""));
    assertThat(server.taken()).isNotEmpty();
  }

  @Test
  void verboseOutputHasNoSecrets() {
    Outcome outcome =
        link(
                "-plaintext",
                "-v",
                "-H",
                "authorization: Bearer abc",
                server.tcp(),
                "store.v1.Store/Nothing")
            .run();
    assertThat(outcome.stdout()).contains("\nauthorization: (not shown)\n").doesNotContain("abc");
    assertThat(server.taken().toString()).contains("authorization: Bearer abc");
  }

  /** Returns the outcome of a command of bash, in which {@code grpcurl} is the real one. */
  private static Outcome bash(String script) {
    return gateway
        .bash(script)
        .in(server.folder())
        .with("AUTHORIZATION", "Bearer abc")
        .with("TCP", server.tcp())
        .run();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Greeter/SayHello name=world",
        "Greeter/SayHello -d '{\"name\":\"it'\\''s $HOME\"}' --deadline 5s",
        "-t $TCP --plaintext store.v1.Store/Echo id=a total_cents=5 took=1.5s lines:='[{}]'",
        "-t $TCP --plaintext store.v1.Store/Join -d '{\"sku\":\"a\"}{\"sku\":\"b\"}'",
        "-t $TCP --plaintext store.v1.Store/Echo -d '{}' --user-agent tests",
        "-t $TCP --plaintext store.v1.Store/Nothing -d '{}' -H 'data-bin: AAEC'"
            + " -H \"authorization: $AUTHORIZATION\" --rpc-header a:b --reflect-header c:d",
        "-t unix:store.sock --protoset store.binpb store.v1.Store/Fail -d '{}' --authority there"
      })
  void printedCommandsHaveTheSameEffect(String call) {
    List<ReceivedCall> before = server.taken();
    Outcome direct = bash("grpcos call --compact " + call);
    List<ReceivedCall> directCalls = server.taken();
    Outcome printed = bash("eval \"$(grpcos call --dry-run=grpcurl " + call + ")\"");
    List<ReceivedCall> printedCalls = server.taken();
    assertThat(before).isEmpty();
    assertThat(printed.exit()).as("%s, expected %s", printed, direct).isEqualTo(direct.exit());
    assertThat(printed.stdout().replaceAll("\\s", ""))
        .isEqualTo(direct.stdout().replaceAll("\\s", ""));
    assertThat(printedCalls.stream().filter(one -> !one.isReflection()).map(ReceivedCall::metadata))
        .isEqualTo(
            directCalls.stream()
                .filter(one -> !one.isReflection())
                .map(ReceivedCall::metadata)
                .toList());
  }
}
