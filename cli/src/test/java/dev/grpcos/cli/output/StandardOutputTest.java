package dev.grpcos.cli.output;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.grpcos.cli.failure.CliException;
import dev.grpcos.cli.failure.ExitCode;
import dev.grpcos.cli.invocation.StreamKind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class StandardOutputTest {
  private final ByteArrayOutputStream written = new ByteArrayOutputStream();
  private final StandardOutput output = new StandardOutput(written, StreamKind.PIPE);

  private static StandardOutput failing(String reason) {
    return new StandardOutput(
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException(reason);
          }
        },
        StreamKind.PIPE);
  }

  private void hold(String text) {
    output.hold(stream -> stream.write(text.getBytes(UTF_8)));
  }

  @Test
  void lineEscapesControlCharactersOnAnyOutput() {
    output.line("a\u001b[2J\r\n\tb\u202e");
    assertThat(written).hasToString("a\\u001b[2J\\r\n\tb\\u202e\n");
  }

  @Test
  void heldTextIsWrittenOnReleaseInOrder() {
    hold("a");
    hold("b");
    assertThat(written.size()).isZero();
    output.line("c");
    assertThat(written).hasToString("abc\n");
  }

  @Test
  void fullBufferIsWrittenBeforeARelease() {
    hold("x".repeat(32 * 1024 - 1));
    assertThat(written.size()).isZero();
    hold("yy");
    assertThat(written.size()).isEqualTo(32 * 1024 + 1);
  }

  @Test
  void largeTextIsWrittenInOrderWithoutACopy() {
    byte[] large = "x".repeat(100_000).getBytes(UTF_8);
    List<byte[]> passed = new ArrayList<>();
    StandardOutput direct =
        new StandardOutput(
            new OutputStream() {
              @Override
              public void write(int b) {
                throw new AssertionError("one byte at a time");
              }

              @Override
              public void write(byte[] bytes, int from, int count) {
                passed.add(bytes);
              }
            },
            StreamKind.PIPE);
    direct.hold(stream -> stream.write("a".getBytes(UTF_8)));
    direct.hold(stream -> stream.write(large));
    assertThat(passed).hasSize(2);
    assertThat(passed.get(1)).isSameAs(large);
  }

  @Test
  void brokenPipeIsAClosedOutput() {
    assertThatThrownBy(() -> failing("Broken pipe").line("x"))
        .isInstanceOf(ClosedOutputException.class);
  }

  @Test
  void anyOtherFailureIsALocalFailureWithItsReason() {
    assertThatThrownBy(() -> failing("No space left on device").line("x"))
        .isInstanceOfSatisfying(
            CliException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.FAILURE))
        .hasMessageContaining("No space left on device");
  }

  @Test
  void failedTextIsNotWrittenAgain() {
    StandardOutput full = failing("No space left on device");
    full.hold(stream -> stream.write('x'));
    assertThatThrownBy(full::release).isInstanceOf(CliException.class);
    full.release();
  }
}
