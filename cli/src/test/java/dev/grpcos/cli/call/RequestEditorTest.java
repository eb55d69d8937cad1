package dev.grpcos.cli.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.grpcos.cli.failure.CallFailedException;
import dev.grpcos.cli.inprocess.MemoryInvocation;
import dev.grpcos.cli.invocation.Editor;
import dev.grpcos.cli.invocation.StreamKind;
import io.grpc.Status;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests what remains of a text when editing ends early. */
final class RequestEditorTest {
  private static final int MAX_BYTES = 100;
  private static final RequestEditor.Reading NOTHING = (text, name) -> () -> null;

  @TempDir Path folder;

  private RequestEditor with(String command) {
    MemoryInvocation invocation =
        MemoryInvocation.of(StreamKind.PIPE, "", Map.of("EDITOR", command), folder);
    return new RequestEditor(new Editor(invocation), folder, MAX_BYTES, invalid -> false);
  }

  @Test
  void textIsKeptIfTheServerIsLostWhileTypesAreLookedUp() {
    RequestEditor editor = with("echo '{\"a\": 1}' >");
    CallFailedException lost =
        new CallFailedException(Status.UNAVAILABLE.withDescription("lost"), null, "server");
    assertThatThrownBy(
            () ->
                editor.edit(
                    "Put.jsonc",
                    "{}",
                    (text, name) -> {
                      throw lost;
                    }))
        .isSameAs(lost);
    assertThat(editor.keepText()).hasContent("{\"a\": 1}");
  }

  @Test
  void textIsKeptIfTheEditorIsKilledAfterItWasSaved() {
    RequestEditor editor = with("f() { echo '{}' >$1; kill -KILL $$; }; f");
    assertThatThrownBy(() -> editor.edit("Put.jsonc", "", NOTHING))
        .hasMessageContaining("ended with exit code 137, so nothing was sent");
    assertThat(editor.keepText()).hasContent("{}");
  }

  @Test
  void swapFileIsKeptIfTheEditorIsKilledBeforeTheTextWasSaved() {
    RequestEditor editor = with("f() { echo text >$1.swp; kill -KILL $$; }; f");
    assertThatThrownBy(() -> editor.edit("Put.jsonc", "", NOTHING)).hasMessageContaining("137");
    assertThat(editor.keepText()).isDirectoryContaining("glob:**/Put.jsonc.swp");
  }

  @Test
  void textThatIsTooLongIsKept() {
    RequestEditor editor = with("head -c 101 /dev/zero >");
    assertThatThrownBy(() -> editor.edit("Put.jsonc", "", NOTHING))
        .hasMessage("--edit: nothing was sent: more than 100 bytes");
    assertThat(editor.keepText()).hasSize(101);
  }

  @Test
  void nameOfAnyLengthIsPossible() {
    with("echo {} >").edit("x".repeat(300) + ".jsonc", "{}", NOTHING);
  }

  @Test
  void folderIsRemovedIfTheFileCannotBeCreated() {
    assertThatThrownBy(() -> with("true").edit("none/Put.jsonc", "", NOTHING))
        .hasMessageStartingWith("--edit: no file can be created in " + folder);
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void nothingIsKeptIfNothingWasWritten() {
    RequestEditor killed = with("kill -KILL $$; ");
    assertThatThrownBy(() -> killed.edit("Put.jsonc", "", NOTHING)).hasMessageContaining("137");
    assertThat(killed.keepText()).isNull();
    RequestEditor emptied = with("f() { :>$1; :>$1.swp; }; f");
    assertThatThrownBy(() -> emptied.edit("Put.jsonc", "{}", NOTHING))
        .hasMessageContaining("no request");
    assertThat(emptied.keepText()).isNull();
    assertThat(folder).isEmptyDirectory();
  }
}
