package dev.grpcos.cli.inprocess;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.grpcos.cli.distribution.Outcome;
import dev.grpcos.cli.invocation.StreamKind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Runs sessions, and returns the lines that they should print. */
abstract class SessionFixture extends CommandTest {
  static final String GREET = "\"method\":\"Greeter/SayHello\"";
  static final String TALK = "\"method\":\"Greeter/SayHelloBidiStream\"";
  static final String WATCH = "\"method\":\"Health/Watch\"";

  /** Returns the outcome of a session with these lines. */
  static Outcome session(CallRoute route, List<String> options, String... lines) {
    return route
        .on(gateway.grpcos(arguments(options)))
        .stdin(StreamKind.PIPE, (String.join("\n", lines) + "\n").getBytes(UTF_8))
        .run();
  }

  /** Starts a session whose input stays open. */
  static InProcessRun conversation(CallRoute route, String... options) {
    return gateway.start(
        route.on(gateway.grpcos(arguments(List.of(options)))).stdinHeldOpen(new byte[0]));
  }

  private static List<String> arguments(List<String> options) {
    List<String> arguments = new ArrayList<>(List.of("session"));
    arguments.addAll(options);
    return arguments;
  }

  /** Returns the lines without times, sorted, because calls end in any order. */
  static List<String> sorted(Outcome outcome) {
    return untimed(outcome.stdout()).lines().sorted().toList();
  }

  static String untimed(String output) {
    return output.replaceAll(",\"ms\":[0-9.]+", "");
  }

  /** Returns the line of a successful call. */
  static String ok(String id, int line, String responses) {
    String form =
        "{\"id\":%s,\"seq\":%d,\"ok\":true,\"status\":{\"code\":0,\"name\":\"OK\",\"message\":\"\","
            + "\"details\":[]},\"headers\":{},\"trailers\":{},\"responses\":[%s]}";
    return form.formatted(id, line, responses);
  }

  /** Returns the line of a failed call. */
  static String failed(String id, int line, int code, String name, String message) {
    return ("{\"id\":%s,\"seq\":%d,\"ok\":false,\"status\":{\"code\":%d,\"name\":\"%s\","
            + "\"message\":\"%s\",\"details\":[]},\"headers\":{},\"trailers\":{},\"responses\":[]}")
        .formatted(id, line, code, name, message.replace("\"", "\\\""));
  }

  static String hello(String name) {
    return "{\"message\":\"Hello " + name + "\"}";
  }

  static void awaitLines(InProcessRun run, String... lines) throws Exception {
    String expected = Arrays.stream(lines).map(line -> line + "\n").collect(Collectors.joining());
    InProcessGateway.await("stdout is " + expected, () -> untimed(run.stdout()).equals(expected));
  }
}
