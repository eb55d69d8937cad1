package dev.grpcos.cli.output;

import dev.grpcos.cli.CliException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Standard output as commands use it: a reader that is gone is told from output that fails. */
public final class StandardOutput {
  /** What is written in one go. */
  @FunctionalInterface
  public interface Writing {
    void to(OutputStream stream) throws IOException;
  }

  private final OutputStream stream;

  public StandardOutput(OutputStream stream) {
    this.stream = stream;
  }

  /**
   * Writes.
   *
   * @throws ClosedOutputException if nobody reads any more
   * @throws CliException FAILURE if writing fails otherwise, as on a full disk
   */
  public void write(Writing writing) {
    try {
      writing.to(stream);
    } catch (IOException e) {
      throw failure(e);
    }
  }

  /** Writes the text and a line feed. */
  public void line(String text) {
    write(out -> out.write((text + "\n").getBytes(StandardCharsets.UTF_8)));
  }

  private static RuntimeException failure(IOException e) {
    // The JDK has no type for EPIPE; its text is the C library's in the C locale.
    return "Broken pipe".equals(e.getMessage())
        ? new ClosedOutputException(e)
        : CliException.failure(e, "can't write to standard output: %s", e.getMessage());
  }
}
