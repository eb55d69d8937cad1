package dev.grpcos.cli.inprocess;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.cli.distribution.Outcome;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests valid and invalid lines of {@code grpcos session}. */
final class SessionLinesTest extends SessionFixture {
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
}
