package dev.grpcos.cli.call;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.DynamicMessage;
import dev.grpcos.cli.failure.CliException;
import dev.grpcos.cli.failure.ExitCode;
import dev.grpcos.cli.inprocess.MemoryInvocation;
import dev.grpcos.cli.invocation.StreamKind;
import dev.grpcos.cli.output.PrintedTypes;
import dev.grpcos.gateway.json.EncodedFields;
import dev.grpcos.gateway.json.JsonException;
import dev.grpcos.proto.helloworld.HelloWorldProto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class RequestInputTest {
  private static final int LIMIT = 20;

  @TempDir Path folder;

  /** Returns the names in the requests, in order. */
  private List<String> names(String method, RequestInput input, StreamKind kind, String stdin) {
    return names(method, input, MemoryInvocation.of(kind, stdin, Map.of(), folder));
  }

  private static List<String> names(
      String method, RequestInput input, MemoryInvocation invocation) {
    MethodDescriptor called =
        HelloWorldProto.getDescriptor().findServiceByName("Greeter").findMethodByName(method);
    Requests requests =
        input.open(called, new PrintedTypes(null), EncodedFields.NONE, invocation, invalid -> {});
    return names(requests, called);
  }

  private static List<String> names(Requests requests, MethodDescriptor called) {
    List<String> names = new ArrayList<>();
    for (DynamicMessage request = requests.next(); request != null; request = requests.next()) {
      names.add((String) request.getField(called.getInputType().findFieldByName("name")));
    }
    return names;
  }

  private static RequestInput json(List<String> fields, @Nullable String data) {
    return input(MessageFormat.JSON, fields, data, false);
  }

  private static RequestInput input(
      MessageFormat format, List<String> fields, @Nullable String data, boolean each) {
    return new RequestInput(format, fields, data, false, each, false, 1000, LIMIT);
  }

  private static void refused(int exit, String words, Runnable reading) {
    assertThatThrownBy(reading::run)
        .isInstanceOfSatisfying(CliException.class, e -> assertThat(e.exitCode()).isEqualTo(exit))
        .hasMessageContaining(words);
  }

  @Test
  void eachValueOfAPipeIsARequest() {
    String stdin = "{\"name\":\"a\"} {\"name\":\"b\"}\n{}";
    assertThat(names("SayHello", json(List.of(), null), StreamKind.PIPE, stdin))
        .containsExactly("a", "b", "");
    assertThat(names("SayHello", json(List.of(), "@-"), StreamKind.FILE, stdin)).hasSize(3);
  }

  @ParameterizedTest
  @EnumSource(names = {"TERMINAL", "CHARACTER_DEVICE"})
  void stdinWithoutInputIsOneEmptyRequest(StreamKind kind) {
    assertThat(names("SayHello", json(List.of(), null), kind, "{\"name\":\"not read\"}"))
        .containsExactly("");
  }

  @Test
  void requestStreamIsReadFromATerminal() {
    assertThat(
            names(
                "SayHelloBidiStream",
                json(List.of(), null),
                StreamKind.TERMINAL,
                "{\"name\":\"typed\"}"))
        .containsExactly("typed");
  }

  @Test
  void invalidLineOfATypedStreamIsReportedAndSkipped() {
    String typed =
        """
        {"name":"a"}
        {"nam":1} {"name":"skipped"}
        {"name":"b"} not JSON
        17
        {"name":"longer than the limit permits"}
        {"name":"split
        {"name":
          "c"} {"name":"d"}
        {"name":\
        """;
    MethodDescriptor called =
        HelloWorldProto.getDescriptor()
            .findServiceByName("Greeter")
            .findMethodByName("SayHelloBidiStream");
    List<String> errors = new ArrayList<>();
    Requests requests =
        json(List.of(), null)
            .open(
                called,
                new PrintedTypes(null),
                EncodedFields.NONE,
                MemoryInvocation.of(StreamKind.TERMINAL, typed, Map.of(), folder),
                invalid -> errors.add(invalid.getMessage()));
    assertThat(names(requests, called)).containsExactly("a", "b", "c", "d");
    assertThat(errors)
        .satisfiesExactly(
            error -> assertThat(error).startsWith("standard input line 2, column 2: "),
            error -> assertThat(error).startsWith("standard input line 3, column 14: "),
            error -> assertThat(error).startsWith("standard input line 4, column 1: "),
            error -> assertThat(error).startsWith("request 3 has "),
            error -> assertThat(error).startsWith("standard input line 6, column "),
            error -> assertThat(error).startsWith("standard input line 9, column "));
  }

  @ParameterizedTest
  @EnumSource(names = {"PIPE", "FILE", "CHARACTER_DEVICE"})
  void invalidLineOfOtherInputEndsTheStream(StreamKind kind) {
    assertThatThrownBy(
            () -> names("SayHelloBidiStream", json(List.of(), null), kind, "{}\nx\n{}\n"))
        .isInstanceOf(JsonException.class)
        .hasMessageStartingWith("standard input line 2, column 1: ");
  }

  @Test
  void emptyPipeIsAUsageErrorUnlessPermitted() {
    refused(
        ExitCode.USAGE,
        "standard input is empty",
        () -> names("SayHello", json(List.of(), null), StreamKind.PIPE, " \n"));
    RequestInput each = input(MessageFormat.JSON, List.of(), null, true);
    assertThat(names("SayHello", each, StreamKind.PIPE, "")).isEmpty();
    assertThat(names("SayHelloBidiStream", json(List.of(), null), StreamKind.PIPE, "")).isEmpty();
  }

  @Test
  void closedStdinIsAUsageErrorIfItIsNeeded() {
    refused(
        ExitCode.USAGE,
        "standard input is closed",
        () -> names("SayHello", json(List.of(), null), StreamKind.CLOSED, ""));
    assertThat(names("SayHello", json(List.of("name=x"), null), StreamKind.CLOSED, ""))
        .containsExactly("x");
  }

  @Test
  void fieldsAndDataLeaveStdinUntouched() throws IOException {
    for (RequestInput input :
        List.of(json(List.of("name=x"), null), json(List.of(), "{\"name\":\"x\"}"))) {
      MemoryInvocation invocation = MemoryInvocation.of(StreamKind.PIPE, "rest", Map.of(), folder);
      assertThat(names("SayHello", input, invocation)).containsExactly("x");
      assertThat(new String(invocation.stdin().readNBytes(4), UTF_8)).isEqualTo("rest");
    }
  }

  @Test
  void dataNamesAFileInTheCallersFolder() throws IOException {
    Files.writeString(folder.resolve("r.json"), "{\"name\":\"from a file\"}");
    assertThat(names("SayHello", json(List.of(), "@r.json"), StreamKind.CLOSED, ""))
        .containsExactly("from a file");
    refused(
        ExitCode.FAILURE,
        "none.json",
        () -> names("SayHello", json(List.of(), "@none.json"), StreamKind.CLOSED, ""));
    refused(
        ExitCode.USAGE,
        "file name",
        () -> names("SayHello", json(List.of(), "@"), StreamKind.CLOSED, ""));
  }

  @Test
  void sourcesExcludeEachOther() {
    refused(
        ExitCode.USAGE,
        "not from both",
        () -> names("SayHello", json(List.of("name=x"), "{}"), StreamKind.CLOSED, ""));
    refused(
        ExitCode.USAGE,
        "--each",
        () ->
            names(
                "SayHello",
                input(MessageFormat.JSON, List.of("name=x"), null, true),
                StreamKind.CLOSED,
                ""));
    refused(
        ExitCode.USAGE,
        "--input binary",
        () ->
            names(
                "SayHello",
                input(MessageFormat.BINARY, List.of("name=x"), null, false),
                StreamKind.CLOSED,
                ""));
  }

  @Test
  void requestOverTheLimitIsNamedByItsNumber() {
    String stdin = "{\"name\":\"a\"}{\"name\":\"" + "x".repeat(LIMIT) + "\"}";
    refused(
        ExitCode.USAGE,
        "request 2",
        () -> names("SayHello", json(List.of(), null), StreamKind.PIPE, stdin));
  }

  @Test
  void textIsSeparatedByRecordSeparators() {
    RequestInput text = input(MessageFormat.TEXT, List.of(), null, false);
    assertThat(names("SayHello", text, StreamKind.PIPE, "name: 'a' \u001e\u001e name: 'b'\u001e\n"))
        .containsExactly("a", "", "b");
    refused(
        ExitCode.USAGE,
        "request 2",
        () -> names("SayHello", text, StreamKind.PIPE, "name: 'a' \u001e name: 7"));
  }

  @Test
  void binaryMessagesFollowTheirLengths() {
    RequestInput binary = input(MessageFormat.BINARY, List.of(), null, false);
    assertThat(names("SayHello", binary, StreamKind.PIPE, "\3\n\1a\0\3\n\1b"))
        .containsExactly("a", "", "b");
    refused(
        ExitCode.USAGE, "ends after 2", () -> names("SayHello", binary, StreamKind.PIPE, "\3\n\1"));
  }
}
