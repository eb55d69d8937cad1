package dev.grpcos.cli.output;

import dev.grpcos.cli.failure.CliException;
import dev.grpcos.cli.invocation.StreamKind;
import dev.grpcos.gateway.text.PrintableText;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.UnaryOperator;

/**
 * Standard output of a command. It distinguishes a closed reader from other write errors, and keeps
 * control characters of servers from terminals.
 */
public final class StandardOutput {
  /** One or more writes that belong together. */
  @FunctionalInterface
  public interface Writing {
    void to(OutputStream stream) throws IOException;
  }

  /** The number of buffered bytes from which the buffer is written. */
  private static final int MAX_HELD = 32 * 1024;

  private final OutputStream stream;
  private final ByteArrayOutputStream held = new ByteArrayOutputStream();
  private final OutputStream holding = new Holding();

  /** Bounds the output of each single writing too, because a filter may produce any amount. */
  private final class Holding extends OutputStream {
    @Override
    public void write(int b) {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int count) {
      if (count >= MAX_HELD) {
        release();
        pass(out -> out.write(bytes, from, count)); // without a copy
        return;
      }
      held.write(bytes, from, count);
      if (held.size() >= MAX_HELD) {
        release();
      }
    }
  }

  /** Creates an output; a terminal gets the escapes of {@link TerminalStream}. */
  public StandardOutput(OutputStream stream, StreamKind kind) {
    this.stream = kind == StreamKind.TERMINAL ? new TerminalStream(stream) : stream;
  }

  /**
   * Writes the buffer and this.
   *
   * @throws ClosedOutputException if the reader has closed the output
   * @throws CliException FAILURE if writing fails otherwise, as on a full disk
   */
  public void write(Writing writing) {
    hold(writing);
    flush();
  }

  /** Adds to the buffer, which is written if it is full; fails like {@link #write}. */
  public void hold(Writing writing) {
    try {
      writing.to(holding);
    } catch (IOException e) {
      throw failure(e);
    }
  }

  /** Writes the buffer, and flushes the stream; fails like {@link #write}. */
  public void flush() {
    release();
    pass(OutputStream::flush);
  }

  /**
   * Writes the buffer without a flush, so that it precedes what other streams get; fails like
   * {@link #write}. The buffer is empty afterwards in any case.
   */
  public void release() {
    if (held.size() == 0) {
      return;
    }
    try {
      pass(held::writeTo);
    } finally {
      held.reset();
    }
  }

  private void pass(Writing writing) {
    try {
      writing.to(stream);
    } catch (IOException e) {
      throw failure(e);
    }
  }

  /**
   * Writes the text and a line feed. Control characters in it, except line feeds and tabs, are
   * escaped on any output.
   */
  public void line(String text) {
    line(text, UnaryOperator.identity());
  }

  /** As {@link #line(String)}, with colours that are added after the escapes. */
  public void line(String text, UnaryOperator<String> colours) {
    String safe = colours.apply(PrintableText.lines(text));
    write(out -> out.write((safe + "\n").getBytes(StandardCharsets.UTF_8)));
  }

  private static RuntimeException failure(IOException e) {
    // The JDK has no type for EPIPE; the text is that of the C library in the C locale.
    return "Broken pipe".equals(e.getMessage())
        ? new ClosedOutputException(e)
        : CliException.failure(e, "cannot write to standard output: %s", e.getMessage());
  }
}
