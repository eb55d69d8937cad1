package dev.grpcos.cli.inprocess;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.cli.distribution.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests the calls of {@code grpcos session}. */
final class SessionTest extends SessionFixture {
  @ParameterizedTest
  @EnumSource
  void responsesOfAStreamAreLinesBeforeTheEnd(CallRoute route) {
    Outcome outcome =
        session(
            route,
            List.of(),
            "{\"id\":1,\"method\":\"SayHelloStreamReply\",\"request\":{\"name\":\"a\"}}");
    List<String> expected =
        IntStream.rangeClosed(1, 5)
            .mapToObj(i -> "{\"id\":1,\"response\":" + hello("a " + i) + "}")
            .collect(Collectors.toCollection(ArrayList::new));
    List<String> lines = untimed(outcome.stdout()).lines().toList();
    assertThat(lines.subList(0, 5)).isEqualTo(expected);
    assertThat(lines.get(lines.size() - 1)).isEqualTo(ok("1", 1, ""));
  }

  @ParameterizedTest
  @EnumSource
  void conversationsTakeTurns(CallRoute route) throws Exception {
    InProcessRun run = conversation(route);
    run.type("{\"id\":1," + TALK + "}\n{\"id\":2," + TALK + ",\"request\":{\"name\":\"b\"}}\n");
    awaitLines(run, "{\"id\":2,\"response\":" + hello("b") + "}");
    run.type("{\"id\":1,\"request\":{\"name\":\"a\"}}\n");
    awaitLines(
        run,
        "{\"id\":2,\"response\":" + hello("b") + "}",
        "{\"id\":1,\"response\":" + hello("a") + "}");
    run.type("{\"id\":2,\"request\":{\"name\":\"c\"},\"end\":true}\n{\"id\":1,\"end\":true}\n");
    run.closeInput();
    Outcome outcome = run.end(InProcessGateway.SOON);
    assertThat(outcome.exit()).isZero();
    assertThat(sorted(outcome))
        .containsExactlyInAnyOrder(
            "{\"id\":1,\"response\":" + hello("a") + "}",
            "{\"id\":2,\"response\":" + hello("b") + "}",
            "{\"id\":2,\"response\":" + hello("c") + "}",
            ok("1", 1, ""),
            ok("2", 2, ""));
  }

  @ParameterizedTest
  @EnumSource
  void requestsAreAllRequestsOfAStream(CallRoute route) throws Exception {
    String target = servers.unix();
    Outcome outcome =
        session(
            route,
            List.of("-t", target),
            "{\"id\":1,\"method\":\"StreamingInputCall\",\"requests\":["
                + "{\"payload\":{\"body\":\"AAAA\"}},{\"payload\":{\"body\":\"AAAA\"}}]}",
            "{\"id\":2,\"method\":\"StreamingInputCall\",\"request\":{\"payload\":{\"body\":\"AAAA\"}},"
                + "\"end\":true}",
            "{\"id\":3,\"method\":\"StreamingInputCall\",\"requests\":[]}");
    assertThat(sorted(outcome))
        .containsExactly(
            ok("1", 1, "{\"aggregatedPayloadSize\":6}"),
            ok("2", 2, "{\"aggregatedPayloadSize\":3}"),
            ok("3", 3, "{}"));
  }

  @ParameterizedTest
  @EnumSource
  void cancelEndsACallAndIsNoFailure(CallRoute route) throws Exception {
    InProcessRun run = conversation(route);
    run.type("{\"id\":1," + WATCH + "}\n");
    awaitLines(run, "{\"id\":1,\"response\":{\"status\":\"SERVING\"}}");
    run.type("{\"id\":1,\"cancel\":true}\n{\"id\":7,\"cancel\":true}\n");
    run.closeInput();
    Outcome outcome = run.end(InProcessGateway.SOON);
    assertThat(untimed(outcome.stdout()).lines().skip(1))
        .containsExactly(failed("1", 1, 1, "CANCELLED", "cancelled by the session's input"));
    assertThat(outcome.exit()).isZero();
  }

  @ParameterizedTest
  @EnumSource
  void streamsWaitForPlacesOfTheirOwn(CallRoute route) throws Exception {
    InProcessRun run = conversation(route, "-j", "1");
    run.type("{\"id\":1," + WATCH + "}\n{\"id\":2," + WATCH + "}\n{\"id\":3," + TALK + "}\n");
    awaitLines(run, "{\"id\":1,\"response\":{\"status\":\"SERVING\"}}");
    run.type("{\"id\":4," + GREET + ",\"request\":{\"name\":\"x\"}}\n");
    awaitLines(run, "{\"id\":1,\"response\":{\"status\":\"SERVING\"}}", ok("4", 4, hello("x")));
    // The third waits behind the second: its requests are kept, and it can be cancelled.
    run.type("{\"id\":3,\"request\":{\"name\":\"y\"}}\n{\"id\":2,\"cancel\":true}\n");
    run.type("{\"id\":1,\"cancel\":true}\n");
    InProcessGateway.await(
        "the third call", () -> run.stdout().contains("{\"id\":3,\"response\":" + hello("y")));
    run.type("{\"id\":3,\"end\":true}\n");
    run.closeInput();
    Outcome outcome = run.end(InProcessGateway.SOON);
    assertThat(outcome.exit()).isZero();
    assertThat(untimed(outcome.stdout()).lines().skip(2))
        .containsExactly(
            failed("2", 2, 1, "CANCELLED", "cancelled by the session's input"),
            failed("1", 1, 1, "CANCELLED", "cancelled by the session's input"),
            "{\"id\":3,\"response\":" + hello("y") + "}",
            ok("3", 3, ""));
  }

  @ParameterizedTest
  @EnumSource
  void streamThatWaitsDoesNotHoldBackTheLinesOfOthers(CallRoute route) {
    String mebibyte = "x".repeat(1 << 20);
    List<String> lines = new ArrayList<>();
    lines.add("{\"id\":1," + TALK + "}");
    lines.add("{\"id\":2," + TALK + ",\"request\":{\"name\":\"" + mebibyte + "\"}}");
    lines.add("{\"id\":3," + TALK + "}");
    for (int i = 0; i < 300; i++) {
      lines.add("{\"id\":3,\"request\":{\"name\":\"y\"}}");
    }
    lines.add("{\"id\":1,\"end\":true}");
    Outcome outcome =
        session(route, List.of("-j", "1", "--keep-going"), lines.toArray(String[]::new));
    assertThat(outcome.exit()).isEqualTo(64 + 8);
    assertThat(untimed(outcome.stdout()).lines())
        .hasSize(3)
        .satisfiesOnlyOnce(line -> assertThat(line).isEqualTo(ok("1", 1, "")))
        .satisfiesOnlyOnce(
            line -> assertThat(line).contains("\"id\":2,", "RESOURCE_EXHAUSTED", "line 2: "))
        .satisfiesOnlyOnce(
            line -> assertThat(line).contains("\"id\":3,", "RESOURCE_EXHAUSTED", "line 131: "));
  }

  /** The call in flight ends without further lines; the first that follows it does not. */
  @Test
  void streamsThatWaitWithoutRequestsAreBounded() {
    Outcome outcome = manyStreamsBehindOne("1s");
    if (count(outcome, "\"ok\":true") > 129) { // a busy machine has read the lines too late
      outcome = manyStreamsBehindOne("20s");
    }
    assertThat(outcome.exit()).isEqualTo(68);
    assertThat(count(outcome, "\"ok\":true")).isEqualTo(129);
    assertThat(count(outcome, "RESOURCE_EXHAUSTED")).isEqualTo(1_000 - 129);
  }

  private static long count(Outcome outcome, String words) {
    return outcome.stdout().lines().filter(line -> line.contains(words)).count();
  }

  /** Runs 1,000 conversations, one at a time, after a stream that ends at this deadline. */
  private Outcome manyStreamsBehindOne(String deadline) {
    List<String> lines = new ArrayList<>();
    lines.add("{\"id\":0,\"deadline\":\"" + deadline + "\"," + WATCH + "}");
    for (int i = 1; i <= 1_000; i++) {
      lines.add("{\"id\":" + i + "," + TALK + "}");
    }
    for (int i = 1; i <= 1_000; i++) {
      lines.add("{\"id\":" + i + ",\"end\":true}");
    }
    return session(
        CallRoute.RESIDENT, List.of("-j", "1", "--keep-going"), lines.toArray(new String[0]));
  }

  /** More calls wait than lines are kept, and the lines that end them come after all of them. */
  @Test
  void linesOfRunningCallsAreReadBehindManyThatWait() {
    List<String> lines = new ArrayList<>();
    for (int i = 1; i <= 3_000; i++) {
      lines.add("{\"id\":" + i + "," + TALK + "}");
    }
    for (int i = 1; i <= 3_000; i++) {
      lines.add("{\"id\":" + i + ",\"end\":true}");
    }
    Outcome outcome =
        session(
            CallRoute.RESIDENT, List.of("-j", "2", "--keep-going"), lines.toArray(new String[0]));
    assertThat(outcome.exit()).isEqualTo(72);
    assertThat(outcome.stdout().lines().filter(line -> line.contains("\"ok\":true"))).hasSize(130);
    assertThat(outcome.stdout().lines().filter(line -> line.contains("RESOURCE_EXHAUSTED")))
        .hasSize(3_000 - 130);
  }

  @ParameterizedTest
  @EnumSource
  void failureEndsTheSession(CallRoute route) throws Exception {
    InProcessRun run = conversation(route);
    run.type("{\"id\":1," + WATCH + "}\n");
    awaitLines(run, "{\"id\":1,\"response\":{\"status\":\"SERVING\"}}");
    run.type("{\"id\":2,\"method\":\"Health/Check\",\"request\":{\"service\":\"absent\"}}\n");
    Outcome outcome = run.end(InProcessGateway.SOON);
    assertThat(outcome.exit()).isEqualTo(69);
    assertThat(outcome.stderr()).isEmpty();
    assertThat(untimed(outcome.stdout()).lines().skip(1))
        .containsExactly(
            failed("2", 2, 5, "NOT_FOUND", "unknown service absent"),
            failed(
                "1",
                1,
                1,
                "CANCELLED",
                "ended because of the failure on line 2; give --keep-going to continue after one"));
  }

  @ParameterizedTest
  @EnumSource
  void keepGoingReportsTheFirstFailureAtTheEnd(CallRoute route) {
    String check = "\"method\":\"Health/Check\"";
    Outcome outcome =
        session(
            route,
            List.of("--keep-going", "--ok-codes", "INVALID_ARGUMENT"),
            "{\"id\":1," + check + "}",
            "{\"id\":2," + check + ",\"request\":{\"service\":\"absent\"}}",
            "{\"id\":3,\"method\":\"Greeter/None\"}",
            "{\"id\":4," + check + "}");
    assertThat(outcome.exit()).isEqualTo(69);
    assertThat(sorted(outcome))
        .containsExactly(
            ok("1", 1, "{\"status\":\"SERVING\"}"),
            failed("2", 2, 5, "NOT_FOUND", "unknown service absent"),
            failed(
                "3",
                3,
                3,
                "INVALID_ARGUMENT",
                "helloworld.Greeter has no method 'None'; it has: SayHello, SayHelloBidiStream,"
                    + " SayHelloStreamReply"),
            ok("4", 4, "{\"status\":\"SERVING\"}"));
    assertThat(
            session(
                    route,
                    List.of("--ok-codes", "NOT_FOUND"),
                    "{\"id\":2," + check + ",\"request\":{\"service\":\"absent\"}}")
                .exit())
        .isZero();
  }

  @ParameterizedTest
  @EnumSource
  void endOfInputIsNotTheEndOfRequests(CallRoute route) {
    Outcome outcome =
        session(
            route, List.of("--keep-going"), "{\"id\":1," + TALK + "}", "{\"id\":2," + GREET + "}");
    assertThat(sorted(outcome))
        .containsExactly(
            failed(
                "1",
                1,
                1,
                "CANCELLED",
                "standard input ended before the call's requests; end them with"
                    + " {\"id\":1,\"end\":true}"),
            ok("2", 2, hello("")));
    assertThat(outcome.exit()).isEqualTo(65);
  }

  @ParameterizedTest
  @EnumSource
  void deadlinesAreDurationsOrTimes(CallRoute route) {
    Outcome brief = callsWithDeadlines(route, "400ms");
    Outcome outcome =
        brief.stdout().contains("passed after 1 response")
            ? brief
            : callsWithDeadlines(route, "20s"); // on a busy machine
    assertThat(outcome.exit()).isEqualTo(68);
    assertThat(outcome.stdout().lines().filter(line -> line.contains("\"code\":4")))
        .hasSize(2)
        .anySatisfy(
            line ->
                assertThat(line)
                    .startsWith("{\"id\":1,")
                    .containsPattern("the deadline of (400ms|20s) passed after 1 response"))
        .anySatisfy(line -> assertThat(line).startsWith("{\"id\":2,"));
    assertThat(outcome.stdout().lines().filter(line -> line.contains("\"ok\":true"))).hasSize(2);
  }

  private Outcome callsWithDeadlines(CallRoute route, String watch) {
    return session(
        route,
        List.of("--keep-going", "--deadline", "1h"),
        "{\"id\":1," + WATCH + ",\"deadline\":\"" + watch + "\"}",
        "{\"id\":2," + GREET + ",\"deadline\":1700000000.5}",
        "{\"id\":3," + GREET + ",\"deadline\":1e300}",
        "{\"id\":4," + GREET + ",\"deadline\":\"none\"}");
  }

  @ParameterizedTest
  @EnumSource
  void emptyInputIsASessionWithoutCalls(CallRoute route) {
    assertThat(session(route, List.of(), "", "  ")).isEqualTo(new Outcome(0, "", ""));
  }

  @Test
  void closedOutputIsTheEnd() throws Exception {
    InProcessRun run = conversation(CallRoute.RESIDENT);
    run.type("{\"id\":1," + WATCH + "}\n");
    awaitLines(run, "{\"id\":1,\"response\":{\"status\":\"SERVING\"}}");
    run.breakStdout();
    run.type("{\"id\":2," + GREET + "}\n");
    Outcome outcome = run.end(InProcessGateway.SOON);
    assertThat(outcome.exit()).isZero();
    assertThat(outcome.stderr()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void serverThatDiesFailsItsCallsAndAnotherTakesItsPlace(CallRoute route) throws Exception {
    String target = servers.unix();
    InProcessRun run = conversation(route, "-t", target, "--keep-going");
    run.type("{\"id\":1,\"method\":\"FullDuplexCall\",\"request\":{}}\n");
    run.type("{\"id\":2,\"method\":\"EmptyCall\"}\n");
    awaitLines(run, ok("2", 2, "{}"));
    servers.endLast();
    InProcessGateway.await("the failure", () -> run.stdout().contains("{\"id\":1,"));
    servers.unix();
    run.type("{\"id\":3,\"method\":\"EmptyCall\"}\n");
    InProcessGateway.await("an answer", () -> run.stdout().contains("{\"id\":3,"));
    run.closeInput();
    Outcome outcome = run.end(InProcessGateway.SOON);
    assertThat(outcome.stdout()).hasLineCount(3);
    assertThat(untimed(outcome.stdout())).endsWith(ok("3", 3, "{}") + "\n");
    assertThat(outcome.exit()).isGreaterThan(64);
  }

  @Test
  void endOfTheCallerCancelsTheCalls() throws Exception {
    String target = servers.unix();
    InProcessRun run = conversation(CallRoute.RESIDENT, "-t", target);
    run.type(
        "{\"id\":1,\"method\":\"FullDuplexCall\",\"request\":{\"responseParameters\":[{\"size\":1}]}}\n");
    InProcessGateway.await("a response", () -> run.stdout().contains("\"response\""));
    int before = servers.cancelled.get();
    run.close();
    InProcessGateway.await("the cancellation", () -> servers.cancelled.get() > before);
    assertThat(run.end(InProcessGateway.SOON)).isNotNull();
  }

  @Test
  void manyCallsTakeLittleMemory() {
    String[] lines =
        IntStream.range(0, 20_000)
            .mapToObj(i -> "{\"id\":" + i + "," + GREET + ",\"request\":{\"name\":\"x\"}}")
            .toArray(String[]::new);
    Outcome outcome = session(CallRoute.RESIDENT, List.of(), lines);
    assertThat(outcome.exit()).isZero();
    assertThat(outcome.stdout().lines().filter(line -> line.contains("\"ok\":true")))
        .hasSize(20_000);
  }
}
