package dev.grpcos.cli.inprocess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.grpcos.cli.distribution.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tests requests that are written in an editor, with shell commands as editors. */
final class EditTest extends CommandTest {
  private Path place;

  @BeforeEach
  void makeFolder() throws IOException {
    place = Files.createDirectory(temporary.resolve("tmp"));
  }

  private Outcome edit(String editor, String... arguments) {
    String[] call = Stream.concat(Stream.of("call"), Stream.of(arguments)).toArray(String[]::new);
    return gateway.grpcos(call).with("EDITOR", editor).with("TMPDIR", place.toString()).run();
  }

  private List<Path> left() throws IOException {
    try (Stream<Path> files = Files.walk(place)) {
      return files.filter(Files::isRegularFile).toList();
    }
  }

  /** Returns the end of a message about the only file. */
  private String kept() throws IOException {
    return "the text is kept in " + left().get(0) + "; remove the file when you do not need it";
  }

  @Test
  void editorGetsTheTemplateInAPrivateFile() throws Exception {
    Path seen = temporary.resolve("seen");
    String editor =
        "f() { { stat -c %%a \"$1\" \"${1%%/*}\"; cat \"$1\"; } >'%s'; }; f".formatted(seen);
    Outcome outcome = edit(editor, "SayHello", "--edit");
    assertThat(outcome.stderr())
        .isEqualTo("grpcos: --edit: the file was not saved, so nothing was sent\n");
    assertThat(Files.readString(seen))
        .isEqualTo(
            """
            600
            700
            // The request for helloworld.Greeter/SayHello. It is sent when you save it and leave the editor.
            // Comments and commas before closing brackets are ignored. To send nothing, leave without
            // saving, or empty the file.
            {
              // The name to greet; may be empty.
              "name": ""
            }
            """);
    assertThat(place).isEmptyDirectory();
  }

  @Test
  void severalRequestsWithCommentsAreSent() {
    String editor = "printf '%s\\n' '{\"name\": \"a\",} // x' '{/* */}' '// end' >";
    assertThat(edit(editor, "SayHello", "--edit"))
        .isEqualTo(new Outcome(0, "{\"message\":\"Hello a\"}\n{\"message\":\"Hello \"}\n", ""));
    assertThat(place).isEmptyDirectory();
  }

  @Test
  void messagesOfARequestStreamAreSent() {
    String editor = "printf '%s\\n' '{\"name\": \"a\"}' '{\"name\": \"b\"}' >";
    assertThat(edit(editor, "SayHelloBidiStream", "--edit"))
        .isEqualTo(new Outcome(0, "{\"message\":\"Hello a\"}\n{\"message\":\"Hello b\"}\n", ""));
  }

  @Test
  void invalidRequestSendsNothingAndIsKept() throws Exception {
    String editor = "printf '%s\\n' '{\"name\": \"a\"}' '{' '  \"nam\": \"b\"}' >";
    Outcome outcome = edit(editor, "SayHello", "--edit");
    assertThat(left()).hasSize(1);
    assertThat(outcome)
        .isEqualTo(
            new Outcome(
                2,
                "",
                "grpcos: "
                    + left().get(0)
                    + " line 3, column 3: no field \"nam\" in helloworld.HelloRequest; did you mean"
                    + " 'name'?; nothing was sent; "
                    + kept()
                    + "\n"));
    assertThat(left().get(0)).content().startsWith("{\"name\": \"a\"}\n{\n");
  }

  @Test
  void requestOfAFailedCallIsKept() throws Exception {
    String target = servers.unix();
    Path saved = temporary.resolve("saved");
    Path lost = temporary.resolve("lost");
    String editor =
        "f() { echo '{}' >\"$1\"; :>'%s'; until [ -e '%s' ]; do sleep 0.02; done; }; f"
            .formatted(saved, lost);
    InProcessRun run =
        gateway.start(
            gateway
                .grpcos("call", "-t", target, "TestService/EmptyCall", "--edit")
                .with("EDITOR", editor)
                .with("TMPDIR", place.toString()));
    InProcessGateway.await("the request is saved", () -> Files.exists(saved));
    servers.close();
    Files.createFile(lost);
    Outcome outcome = run.end(InProcessGateway.SOON);
    assertThat(outcome.exit()).isEqualTo(78);
    assertThat(left()).hasSize(1);
    assertThat(outcome.stderr())
        .startsWith("grpcos: UNAVAILABLE: ")
        .endsWith("\ngrpcos: --edit: " + kept() + "\n");
    assertThat(left().get(0)).hasContent("{}");
  }

  @Test
  void savedTextIsKeptIfTheEditorFails() throws Exception {
    Outcome outcome = edit("f() { echo '{}' >\"$1\"; exit 3; }; f", "SayHello", "--edit");
    assertThat(left()).hasSize(1);
    assertThat(outcome.exit()).isEqualTo(1);
    assertThat(outcome.stderr())
        .contains("ended with exit code 3, so nothing was sent")
        .endsWith("; " + kept() + "\n");
  }

  @Test
  void editorMayReplaceTheFileAndLeaveOthers() {
    String editor =
        "f() { sed 's/\"\"/\"new\"/' \"$1\" >\"$1~\"; touch -r \"$1\" \"$1~\"; mv \"$1~\" \"$1\"; :"
            + " >\"$1.swp\"; }; f";
    assertThat(edit(editor, "SayHello", "--edit"))
        .isEqualTo(new Outcome(0, "{\"message\":\"Hello new\"}\n", ""));
    assertThat(place).isEmptyDirectory();
  }

  @Test
  void residentRefusesToRunAnEditor() {
    assertThatThrownBy(gateway.grpcos("call", "SayHello", "--edit").inResident()::run)
        .hasMessageContaining("an editor needs the caller's terminal");
  }

  @Test
  void bytesWithDeclaredContentAreShownAsItsFields() throws Exception {
    String target = servers.unix();
    Path seen = temporary.resolve("seen");
    Outcome outcome =
        edit(
            "f() { cp \"$1\" '%s'; touch \"$1\"; }; f".formatted(seen),
            "-t",
            target,
            "grpc.testing.TestService/UnaryCall",
            "--edit",
            "--encode",
            "payload.body=grpc.testing.EchoStatus",
            "--dry-run",
            "--jq",
            ".request");
    assertThat(outcome).isEqualTo(new Outcome(0, outcome.stdout(), ""));
    assertThat(seen).content().contains("\"body\": {\n", "\"code\": 0");
  }
}
