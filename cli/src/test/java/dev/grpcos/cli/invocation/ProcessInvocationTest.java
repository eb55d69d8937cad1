package dev.grpcos.cli.invocation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.grpcos.cli.connection.ProcessConnections;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ProcessInvocationTest {
  @TempDir Path folder;
  private final ProcessInvocation invocation;

  ProcessInvocationTest() throws IOException {
    invocation = new ProcessInvocation(new ProcessConnections(), action -> false);
  }

  @Test
  void propertiesAreThoseOfTheProcess() throws IOException {
    assertThat(invocation.uid())
        .isEqualTo(Files.getAttribute(Files.createFile(folder.resolve("f")), "unix:uid"));
    assertThat(invocation.workingDirectory()).isEqualTo(Path.of("").toAbsolutePath());
    assertThat(invocation.environment()).isEqualTo(System.getenv());
    assertThat(invocation.environment("PATH")).isEqualTo(System.getenv("PATH"));
    assertThat(invocation.environment("GRPCOS_NO_SUCH_VARIABLE")).isNull();
    invocation.requireOwnProcess("it has one");
  }

  @Test
  void pathIsRelativeToTheWorkingFolder() throws IOException {
    Path file = Files.writeString(folder.resolve("f"), "text");
    Path here = Path.of("").toAbsolutePath();
    for (String name : new String[] {file.toString(), here.relativize(file).toString()}) {
      try (InputStream in = invocation.open(name)) {
        assertThat(new String(in.readAllBytes(), UTF_8)).isEqualTo("text");
      }
    }
  }

  @Test
  void failureToOpenAFileHasOnlyTheKernelsReason() {
    assertThatThrownBy(() -> invocation.open(folder + "/none (x)"))
        .isInstanceOf(IOException.class)
        .hasMessage("No such file or directory");
    assertThatThrownBy(() -> invocation.open(folder.toString())).hasMessage("Is a directory");
  }
}
