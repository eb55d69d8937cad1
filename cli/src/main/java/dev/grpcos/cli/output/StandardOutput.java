package dev.grpcos.cli.output;

import dev.grpcos.cli.failure.CliException;
import java.io.ByteArrayOutputStream;
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

  /** What is held back at most, in bytes, before it is written whatever comes. */
  private static final int MAX_HELD = 32 * 1024;

  private final OutputStream stream;
  private final ByteArrayOutputStream held = new ByteArrayOutputStream();
  private final OutputStream holding = new Holding();

  /** What one writing writes is bounded neither, as a filter of the caller's can go on for ever. */
  private final class Holding extends OutputStream {
    @Override
    public void write(int b) {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int count) {
      held.write(bytes, from, count);
      if (held.size() >= MAX_HELD) {
        release();
      }
    }
  }

  public StandardOutput(OutputStream stream) {
    this.stream = stream;
  }

  /**
   * Writes, behind what was held back.
   *
   * @throws ClosedOutputException if nobody reads any more
   * @throws CliException FAILURE if writing fails otherwise, as on a full disk
   */
  public void write(Writing writing) {
    hold(writing);
    flush();
  }

  /** Writes with a {@link #release}, or when much is held back; fails as {@link #write}. */
  public void hold(Writing writing) {
    try {
      writing.to(holding);
    } catch (IOException e) {
      throw failure(e);
    }
  }

  /** Writes what was held back, and has it reach the reader now; fails as {@link #write}. */
  public void flush() {
    release();
    try {
      stream.flush();
    } catch (IOException e) {
      throw failure(e);
    }
  }

  /**
   * Writes what was held back, so that it stands before what is written elsewhere; fails as {@link
   * #write}, and does not hold it any longer then. It may reach the reader later, along with more.
   */
  public void release() {
    if (held.size() == 0) {
      return;
    }
    try {
      held.writeTo(stream);
    } catch (IOException e) {
      throw failure(e);
    } finally {
      held.reset();
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
