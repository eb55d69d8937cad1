package dev.grpcos.cli.inprocess;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import dev.grpcos.cli.distribution.Outcome;
import dev.grpcos.cli.invocation.StreamKind;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests of {@code grpcos session}. */
final class SessionTest extends CommandTest {
  private static final String GREET = "\"method\":\"Greeter/SayHello\"";
  private static final String TALK = "\"method\":\"Greeter/SayHelloBidiStream\"";
  private static final String WATCH = "\"method\":\"Health/Watch\"";

  private static Outcome session(CallRoute route, List<String> options, String... lines) {
    return route
        .on(gateway.grpcos(arguments(options)))
        .stdin(StreamKind.PIPE, (String.join("\n", lines) + "\n").getBytes(UTF_8))
        .run();
  }

  private static InProcessRun conversation(CallRoute route, String... options) {
    return gateway.start(
        route.on(gateway.grpcos(arguments(List.of(options)))).stdinHeldOpen(new byte[0]));
  }

  private static List<String> arguments(List<String> options) {
    List<String> arguments = new ArrayList<>(List.of("session"));
    arguments.addAll(options);
    return arguments;
  }

  /** Returns the lines without times, sorted, because calls end in any order. */
  private static List<String> sorted(Outcome outcome) {
    return untimed(outcome.stdout()).lines().sorted().toList();
  }

  private static String untimed(String output) {
    return output.replaceAll(",\"ms\":[0-9.]+", "");
  }

  private static String ok(String id, int line, String responses) {
    String form =
        "{\"id\":%s,\"seq\":%d,\"ok\":true,\"status\":{\"code\":0,\"name\":\"OK\",\"message\":\"\","
            + "\"details\":[]},\"headers\":{},\"trailers\":{},\"responses\":[%s]}";
    return form.formatted(id, line, responses);
  }

  private static String failed(String id, int line, int code, String name, String message) {
    return ("{\"id\":%s,\"seq\":%d,\"ok\":false,\"status\":{\"code\":%d,\"name\":\"%s\","
            + "\"message\":\"%s\",\"details\":[]},\"headers\":{},\"trailers\":{},\"responses\":[]}")
        .formatted(id, line, code, name, message.replace("\"", "\\\""));
  }

  private static String hello(String name) {
    return "{\"message\":\"Hello " + name + "\"}";
  }

  private static void awaitLines(InProcessRun run, String... lines) throws Exception {
    String expected = Arrays.stream(lines).map(line -> line + "\n").collect(Collectors.joining());
    InProcessGateway.await("stdout is " + expected, () -> untimed(run.stdout()).equals(expected));
  }

  @ParameterizedTest
  @EnumSource
  void everyScalarIsAnId(CallRoute route) {
    Outcome outcome =
        session(
            route,
            List.of(),
            "{\"id\":1," + GREET + ",\"request\":{\"name\":\"a\"}}",
            "",
            "{\"id\":\"1\"," + GREET + ",\"request\":{\"name\":\"b\"}}",
            "{\"id\":1.0e2," + GREET + "}",
            " { " + GREET + " , \"id\" : null }\r",
            "{\"id\":true," + GREET + ",\"requests\":[{\"name\":\"c\"}]}",
            "{\"id\":\"\\u00e9\\n\"," + GREET + ",\"request\":{\"name\":\"d\"}}");
    assertThat(outcome.stderr()).isEmpty();
    assertThat(outcome.exit()).isZero();
    assertThat(sorted(outcome))
        .containsExactlyInAnyOrder(
            ok("1", 1, hello("a")),
            ok("\"1\"", 3, hello("b")),
            ok("1.0e2", 4, hello("")),
            ok("null", 5, hello("")),
            ok("true", 6, hello("c")),
            ok("\"é\\n\"", 7, hello("d")));
  }

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
    List<String> lines = new ArrayList<>();
    lines.add("{\"id\":0,\"deadline\":\"1s\"," + WATCH + "}");
    for (int i = 1; i <= 1_000; i++) {
      lines.add("{\"id\":" + i + "," + TALK + "}");
    }
    for (int i = 1; i <= 1_000; i++) {
      lines.add("{\"id\":" + i + ",\"end\":true}");
    }
    Outcome outcome =
        session(
            CallRoute.RESIDENT, List.of("-j", "1", "--keep-going"), lines.toArray(new String[0]));
    assertThat(outcome.exit()).isEqualTo(68);
    assertThat(outcome.stdout().lines().filter(line -> line.contains("\"ok\":true"))).hasSize(129);
    assertThat(outcome.stdout().lines().filter(line -> line.contains("RESOURCE_EXHAUSTED")))
        .hasSize(1_000 - 129);
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
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"id":1,                                          | 1 | line 1, column 9: the input ends inside
          {"id":"a","method":"SayHello","request":{"n":}}   | "a" | line 1, column
          {"id":1,"method":"SayHello","request":{"nmae":1}} | 1 | no field "nmae"
          {"id":1,"method":"SayHello","requst":{}}          | 1 | line 1, column 29: no key "requst"; did you mean 'request'?
          {"id":1,"method":7}                               | 1 | method is not a string; give "Service/Method"
          {"id":1,"method":"SayHello","request":[]}         | 1 | line 1, column
          {"id":1,"method":"SayHello","requests":{}}        | 1 | requests is not an array
          {"id":1,"method":"SayHello","requests":[{},{}]}   | 1 | helloworld.Greeter/SayHello takes one request
          {"id":1,"method":"SayHello","request":{},"requests":[]} | 1 | exclude each other
          {"id":1,"method":"SayHello","deadline":"soon"}    | 1 | deadline is not a duration
          {"id":1,"method":"SayHello","deadline":true}      | 1 | deadline is not a duration
          {"id":1,"method":"SayHello","metadata":[]}        | 1 | metadata is not an object
          {"id":1,"method":"SayHello","metadata":{"a":1}}   | 1 | metadata "a" is not a string
          {"id":1,"method":"SayHello","metadata":{"te":"a"}} | 1 | line 1, column 46: metadata 'te': this key is reserved
          {"id":1,"method":"SayHello","cancel":true}        | 1 | cancel and method exclude each other
          {"id":1,"cancel":1}                               | 1 | cancel is not true or false
          {"id":1,"cancel":true,"end":true}                 | 1 | cancel excludes other keys
          {"id":1}                                          | 1 | the line has only an id
          {"id":1,"request":{}}                             | 1 | no call with id 1 is in flight
          {"id":1,"end":true}                               | 1 | no call with id 1 is in flight
          {"id":1,"end":true,"metadata":{}}                 | 1 | metadata belongs to the line that begins the call
          {"id":1} {"id":2}                                 | 1 | one JSON object is expected on each line
          """)
  void invalidLineWithAnIdHasAnEnvelope(String line, String id, String message) {
    Outcome outcome = session(CallRoute.RESIDENT, List.of(), line, "{\"id\":9," + GREET + "}");
    assertThat(outcome.exit()).isEqualTo(2);
    assertThat(outcome.stderr()).isEmpty();
    assertThat(outcome.stdout())
        .startsWith("{\"id\":" + id + ",\"seq\":1,\"ok\":false,\"status\":{\"code\":3,")
        .contains(message.replace("\"", "\\\""))
        .hasLineCount(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          nonsense             | grpcos: standard input line 1, column 1: an unknown word
          [1]                  | grpcos: standard input line 1, column 1: an array: a JSON object is expected on each line
          {"method":"SayHello"} | grpcos: standard input line 1, column 1: no id; give one, as in
          {"id":{}}            | grpcos: standard input line 1, column 7: id is an object or an array
          {"id":[1,            | grpcos: standard input line 1
          """)
  void invalidLineWithoutAnIdIsReportedOnStandardError(String line, String message) {
    Outcome outcome =
        session(
            CallRoute.RESIDENT,
            List.of("--keep-going"),
            line,
            "{\"id\":9," + GREET + ",\"request\":{\"name\":\"x\"}}");
    assertThat(outcome.exit()).isEqualTo(2);
    assertThat(outcome.stderr()).startsWith(message).hasLineCount(1);
    assertThat(sorted(outcome)).containsExactly(ok("9", 2, hello("x")));
  }

  @Test
  void lineThatIsTooLongIsSkipped() {
    Outcome outcome =
        session(
            CallRoute.RESIDENT,
            List.of("--keep-going", "--max-message-size", "40KiB"),
            "{\"id\":1," + GREET + ",\"request\":{\"name\":\"" + "x".repeat(100_000) + "\"}}",
            "{\"id\":2," + GREET + ",\"request\":{\"name\":\"" + "x".repeat(50_000) + "\"}}",
            "{\"id\":3," + GREET + "}");
    assertThat(sorted(outcome))
        .containsExactly(
            failed(
                "1",
                1,
                3,
                "INVALID_ARGUMENT",
                "standard input line 1, column 1: longer than 81920 bytes; raise --max-message-size"
                    + " to send it"),
            failed(
                "2",
                2,
                3,
                "INVALID_ARGUMENT",
                "standard input line 2: the request has 50004 bytes, over the limit of 40960; raise"
                    + " --max-message-size to send it"),
            ok("3", 3, hello("")));
  }

  @ParameterizedTest
  @EnumSource
  void idOfACallInFlightIsNotTakenTwice(CallRoute route) throws Exception {
    InProcessRun run = conversation(route, "--keep-going");
    run.type("{\"id\":1," + TALK + ",\"request\":{\"name\":\"a\"}}\n");
    String response = "{\"id\":1,\"response\":" + hello("a") + "}";
    awaitLines(run, response);
    run.type("{\"id\":1," + GREET + "}\n");
    String refused =
        failed(
            "1",
            2,
            3,
            "INVALID_ARGUMENT",
            "standard input line 2: a call with id 1 is in flight; give each call an id of its"
                + " own");
    awaitLines(run, response, refused);
    run.type("{\"id\":1,\"end\":true}\n");
    awaitLines(run, response, refused, ok("1", 1, ""));
    run.type("{\"id\":1," + GREET + "}\n");
    awaitLines(run, response, refused, ok("1", 1, ""), ok("1", 4, hello("")));
    run.closeInput();
    assertThat(run.end(InProcessGateway.SOON).exit()).isEqualTo(2);
  }

  @ParameterizedTest
  @EnumSource
  void invalidRequestEndsItsStream(CallRoute route) throws Exception {
    InProcessRun run = conversation(route, "--keep-going");
    run.type("{\"id\":1," + TALK + "}\n{\"id\":1,\"request\":{\"nmae\":1}}\n");
    InProcessGateway.await("the end", () -> run.stdout().endsWith("\n"));
    assertThat(untimed(run.stdout()))
        .startsWith("{\"id\":1,\"seq\":1,\"ok\":false,\"status\":{\"code\":3,")
        .contains("standard input line 2, column 20: no field")
        .hasLineCount(1);
    // A script may have written these before it read that.
    run.type("{\"id\":1,\"request\":{}}\n{\"id\":1,\"end\":true}\n{\"id\":1,\"cancel\":true}\n");
    run.closeInput();
    assertThat(run.end(InProcessGateway.SOON).stdout()).hasLineCount(1);
  }

  @ParameterizedTest
  @EnumSource
  void requestForACallThatTakesNoMoreIsInvalid(CallRoute route) throws Exception {
    InProcessRun run = conversation(route, "--keep-going");
    run.type("{\"id\":1," + WATCH + "}\n");
    awaitLines(run, "{\"id\":1,\"response\":{\"status\":\"SERVING\"}}");
    run.type("{\"id\":1,\"request\":{}}\n");
    InProcessGateway.await("the refusal", () -> run.stdout().lines().count() == 2);
    assertThat(run.stdout())
        .contains("\"seq\":2,")
        .contains("the requests of the call with id 1 have ended; begin another call");
    run.type("{\"id\":1,\"cancel\":true}\n");
    run.closeInput();
    assertThat(run.end(InProcessGateway.SOON).stdout().lines().skip(2))
        .singleElement()
        .asString()
        .startsWith("{\"id\":1,\"seq\":1,\"ok\":false,\"status\":{\"code\":1,");
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
    Outcome outcome =
        session(
            route,
            List.of("--keep-going", "--deadline", "1h"),
            "{\"id\":1," + WATCH + ",\"deadline\":\"400ms\"}",
            "{\"id\":2," + GREET + ",\"deadline\":1700000000.5}",
            "{\"id\":3," + GREET + ",\"deadline\":1e300}",
            "{\"id\":4," + GREET + ",\"deadline\":\"none\"}");
    assertThat(outcome.exit()).isEqualTo(68);
    assertThat(outcome.stdout().lines().filter(line -> line.contains("\"code\":4")))
        .hasSize(2)
        .anySatisfy(
            line ->
                assertThat(line)
                    .startsWith("{\"id\":1,")
                    .contains("the deadline of 400ms passed after 1 response"))
        .anySatisfy(line -> assertThat(line).startsWith("{\"id\":2,"));
    assertThat(outcome.stdout().lines().filter(line -> line.contains("\"ok\":true"))).hasSize(2);
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
    assertThat(run.end(Duration.ofSeconds(20))).isNotNull();
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

  private static final Metadata.Key<String> TENANT =
      Metadata.Key.of("tenant", Metadata.ASCII_STRING_MARSHALLER);

  /** Starts a server that refuses calls, with their metadata as the message. */
  private String echoing() throws Exception {
    return servers.unix(
        "echo.sock",
        new ServerInterceptor() {
          @Override
          public <Q, R> ServerCall.Listener<Q> interceptCall(
              ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
            if (call.getMethodDescriptor().getServiceName().startsWith("grpc.reflection")) {
              return next.startCall(call, headers);
            }
            Set<String> keys = new TreeSet<>(headers.keys());
            keys.removeAll(
                Set.of("user-agent", "grpc-accept-encoding", "grpc-timeout", "content-type"));
            Iterable<String> tenants = headers.getAll(TENANT);
            Deadline deadline = Context.current().getDeadline();
            call.close(
                Status.ABORTED.withDescription(
                    keys
                        + " "
                        + (tenants == null ? "[]" : ImmutableList.copyOf(tenants))
                        + " "
                        + (deadline == null ? 0 : 1 + deadline.timeRemaining(TimeUnit.HOURS))),
                new Metadata());
            return new ServerCall.Listener<>() {};
          }
        });
  }

  @ParameterizedTest
  @EnumSource
  void metadataOfALineReplacesThatOfTheOptions(CallRoute route) throws Exception {
    Outcome outcome =
        session(
            route,
            List.of("-t", echoing(), "--keep-going", "-H", "tenant: a", "-H", "x: y"),
            "{\"id\":1,\"method\":\"EmptyCall\",\"deadline\":\"90m\"}",
            "{\"id\":2,\"method\":\"EmptyCall\",\"metadata\":{\"Tenant\":[\"b\",\"c\"]}}",
            "{\"id\":3,\"method\":\"StreamingOutputCall\"}");
    assertThat(sorted(outcome))
        .containsExactly(
            failed("1", 1, 10, "ABORTED", "[tenant, x] [a] 2"),
            failed("2", 2, 10, "ABORTED", "[tenant, x] [b, c] 1"),
            failed("3", 3, 10, "ABORTED", "[tenant, x] [a] 0"));
  }

  @ParameterizedTest
  @EnumSource
  void metadataAndDeadlineOfTheServedCallAreInherited(CallRoute route) throws Exception {
    String target = echoing();
    long soon = System.currentTimeMillis() / 1000 + 5400;
    InProcessCommand session =
        gateway
            .grpcos("session", "-t", target, "--inherit", "--keep-going", "-H", "x: y")
            .stdinPipe(
                """
                {"id":1,"method":"EmptyCall"}
                {"id":2,"method":"StreamingOutputCall"}
                """
                    .getBytes(UTF_8));
    InProcessCommand call =
        gateway.grpcos(
            "call", "-t", target, "--inherit", "-H", "tenant: b", "--deadline", "3h", "EmptyCall");
    for (InProcessCommand each : List.of(session, call)) {
      each.with("GRPCOS_DEADLINE", soon + ".250")
          .with(
              "GRPCOS_METADATA",
              "{\"tenant\":[\"a\"],\"x\":[\"z\"],\"user-agent\":[\"u\"],\"grpc-trace-bin\":[\"AA==\"],"
                  + "\"grpcos-upstream\":[\"b\"],\"id-bin\":[\"AQI=\"]}");
    }
    assertThat(sorted(route.on(session).run()))
        .containsExactly(
            failed("1", 1, 10, "ABORTED", "[id-bin, tenant, x] [a] 1"),
            failed("2", 2, 10, "ABORTED", "[id-bin, tenant, x] [a] 2"));
    assertThat(route.on(call).run().stderr()).contains("[id-bin, tenant, x] [b] 2");
  }

  @ParameterizedTest
  @EnumSource
  void nothingIsInheritedWithoutTheOptionOrOutsideOfAProgram(CallRoute route) throws Exception {
    String target = echoing();
    assertThat(
            route
                .on(gateway.grpcos("call", "-t", target, "EmptyCall"))
                .with("GRPCOS_METADATA", "{\"tenant\":[\"a\"]}")
                .run()
                .stderr())
        .contains("[] [] 1");
    assertThat(run(route, "call", "-t", target, "--inherit", "EmptyCall").stderr())
        .contains("[] [] 1");
    assertThat(
            route
                .on(gateway.grpcos("call", "-t", target, "--inherit", "EmptyCall"))
                .with("GRPCOS_DEADLINE", "soon")
                .run())
        .isEqualTo(
            new Outcome(
                2,
                "",
                "grpcos: GRPCOS_DEADLINE is 'soon', not a time in seconds since 1970; leave"
                    + " --inherit out, or correct the variable\n"));
    assertThat(
            route
                .on(gateway.grpcos("call", "-t", target, "--inherit", "EmptyCall"))
                .with("GRPCOS_METADATA", "[]")
                .run()
                .stderr())
        .startsWith("grpcos: GRPCOS_METADATA line 1, column 1: metadata is not an object");
  }
}
