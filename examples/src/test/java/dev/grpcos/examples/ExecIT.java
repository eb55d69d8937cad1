package dev.grpcos.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Calls each method of {@code examples/exec} with other clients; {@link ReadmeIT} calls them with
 * {@code grpcos}. Clients that are not installed are skipped with a message.
 */
final class ExecIT {
  private static final List<String> SHELL = List.of("bash", "jq");

  /** Field numbers of library.proto, for messages without generated code. */
  private static final String GRPCIO =
      """
      import sys, grpc
      def text(number, value):
          value = value.encode()
          return bytes([number << 3 | 2, len(value)]) + value
      with grpc.insecure_channel('unix:' + sys.argv[1]) as channel:
          def method(kind, name):
              return getattr(channel, kind)('/library.v1.Library/' + name)
          book, call = method('unary_unary', 'GetBook').with_call(text(1, '978-0131103627'), timeout=60)
          print(b'The C Programming Language' in book, dict(call.initial_metadata())['shelf'])
          print(method('unary_unary', 'CountWords')(text(1, 'to be or not'), timeout=60))
          try:
              method('unary_unary', 'LendBook')(text(2, 'bob'), timeout=60)
          except grpc.RpcError as error:
              details = dict(error.trailing_metadata())['grpc-status-details-bin']
              print(error.code(), error.details(), b'NO_CARD' in details)
          print(method('unary_unary', 'Recommend')(bytes([8, 172, 2]), timeout=60)[:16])
          stream = method('unary_stream', 'Follow')(bytes([8, 2]), timeout=60)
          print(next(stream), next(stream))
          stream.cancel()
          asked = method('stream_stream', 'Ask')(iter([text(1, 'Why?'), text(1, 'When?')]), timeout=60)
          print(list(asked))
      """;

  @TempDir static Path temporary;
  private static Session session;
  private static Path socket;

  @BeforeAll
  static void startGateway() throws IOException {
    session = new Session(Clone.built(), temporary).withoutWarmup();
    socket = temporary.resolve("run/grpcos/gateway.sock");
    List<String> outputs =
        session.run(
            List.of(
                "cli/target/grpcos/bin/grpcos gateway start --config examples/exec/gateway.yaml"));
    assertThat(outputs.get(0)).endsWith("gateway.sock\n");
  }

  @AfterAll
  static void stopGateway() throws IOException {
    session.close();
  }

  private static void require(List<String> programs) {
    for (String program : programs) {
      assumeTrue(
          Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
              .anyMatch(folder -> Files.isExecutable(Path.of(folder, program))),
          "no " + program + " on PATH");
    }
  }

  private record ScriptOutcome(int exit, String output) {}

  private static ScriptOutcome run(String... command) throws IOException {
    Path output = temporary.resolve("output");
    Process process =
        session
            .process(command)
            .redirectInput(new File("/dev/null"))
            .redirectOutput(output.toFile())
            .start();
    int exit = Session.end(process);
    return new ScriptOutcome(exit, Files.readString(output));
  }

  /** Makes a call with grpcurl, which uses server reflection. */
  private static ScriptOutcome library(String method, String requests) throws IOException {
    return grpcurl("-d", requests, socket.toString(), "library.v1.Library/" + method);
  }

  private static ScriptOutcome grpcurl(String... arguments) throws IOException {
    require(List.of("grpcurl"));
    List<String> command = new ArrayList<>(List.of("grpcurl", "-plaintext", "-unix"));
    command.addAll(List.of(arguments));
    return run(command.toArray(new String[0]));
  }

  @Test
  void grpcurlCallsTheBashScript() throws IOException {
    require(SHELL);
    ScriptOutcome book = library("GetBook", "{\"isbn\":\"978-0131103627\"}");
    assertThat(book.output).contains("\"title\": \"The C Programming Language\"");
    assertThat(book.exit).isZero();
    ScriptOutcome none = library("GetBook", "{\"isbn\":\"1\"}");
    assertThat(none.output).contains("Code: NotFound", "Message: there is no book 1");
    assertThat(none.exit).isEqualTo(64 + 5);
  }

  @Test
  void grpcurlCallsTheAwkProgram() throws IOException {
    require(List.of("awk"));
    assertThat(library("CountWords", "{\"text\":\"to be or not to be\"}").output)
        .isEqualTo("{\n  \"words\": \"6\"\n}\n");
  }

  @Test
  void grpcurlGetsRichErrorsFromThePythonProgram() throws IOException {
    require(List.of("python3"));
    assertThat(library("LendBook", "{\"reader\":\"bob\"}").output)
        .contains("Code: PermissionDenied", "bob has no library card", "google.rpc.ErrorInfo");
    assertThat(library("LendBook", "{\"reader\":\"ada\",\"isbn\":\"2\"}").output)
        .contains("\"id\": \"ada-2\"");
  }

  @Test
  void grpcurlCallsThePersistentPythonProgram() throws IOException {
    require(List.of("python3"));
    assertThat(library("Recommend", "{\"mostPages\":300}").output)
        .contains("\"isbn\": \"978-0131103627\"");
  }

  @Test
  void grpcurlFollowsAStreamUntilItsDeadline() throws IOException {
    require(SHELL);
    ScriptOutcome lines =
        grpcurl(
            "-max-time", "3", "-d", "{\"last\":1}", socket.toString(), "library.v1.Library/Follow");
    assertThat(lines.output)
        .contains("978-0596004651 622 Classic Shell Scripting", "Code: DeadlineExceeded");
  }

  @Test
  void grpcurlUsesABidirectionalStream() throws IOException {
    require(SHELL);
    assertThat(library("Ask", "{\"text\":\"Why?\"} {\"text\":\"When?\"}").output)
        .contains("You ask: Why? I do not know.", "You ask: When? I do not know.");
  }

  @Test
  void grpcurlDescribesMethodsWithoutAProgram() throws IOException {
    assertThat(grpcurl(socket.toString(), "describe", "library.v1.Library.Follow").output)
        .contains("rpc Follow ( .library.v1.FollowRequest ) returns ( stream .library.v1.Line );");
    assertThat(library("BurnBook", "{}").output).contains("Code: Unimplemented");
  }

  @Test
  void grpcioCallsAllMethods() throws IOException {
    require(SHELL);
    require(List.of("awk", "python3"));
    List<String> pythons = new ArrayList<>(List.of("python3", "/usr/bin/python3"));
    pythons.removeIf(python -> !imports(python));
    assumeTrue(!pythons.isEmpty(), "no python3 that has grpc (Debian's python3-grpcio)");
    ScriptOutcome all = run(pythons.get(0), "-c", GRPCIO, socket.toString());
    assertThat(all.output.lines())
        .containsExactly(
            "True 0131103627",
            "b'\\x08\\x04'",
            "StatusCode.PERMISSION_DENIED bob has no library card True",
            "b'\\n\\x0e978-0131103627'",
            "b'\\n\"978-0201633610 395 Design Patterns'"
                + " b'\\n*978-0596004651 622 Classic Shell Scripting'",
            "[b'\\n\\x1cYou ask: Why? I do not know.', b'\\n\\x1dYou ask: When? I do not know.']");
    assertThat(all.exit).isZero();
  }

  private static boolean imports(String python) {
    try {
      return run(python, "-c", "import grpc").exit == 0;
    } catch (IOException e) {
      return false; // there is no such program
    }
  }
}
