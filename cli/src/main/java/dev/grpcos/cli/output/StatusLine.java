package dev.grpcos.cli.output;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/**
 * One line at the end of a terminal's text, which is replaced as time passes.
 *
 * <p>Other output to the same terminal goes through {@link #above}, which hides the line first. The
 * line is shown only where a line of text has ended. Safe for use by any thread.
 */
public final class StatusLine {
  /** Moves to the start of the line, and clears it. */
  private static final String CLEAR = "\r\u001b[K";

  private final OutputStream terminal;
  private boolean atLineStart = true;
  private volatile boolean shown;
  private volatile boolean ended;
  private String current = "";

  /** Creates a line on this stream, hidden at first. */
  public StatusLine(OutputStream terminal) {
    this.terminal = terminal;
  }

  /** Shows this text, unless other output has left an unfinished line, or the line has ended. */
  synchronized void show(String text) {
    if (atLineStart && !ended) {
      shown = true;
      current = text;
      write((CLEAR + text).getBytes(UTF_8));
    }
  }

  /** Clears the line. */
  synchronized void hide() {
    if (shown) {
      shown = false;
      write(CLEAR.getBytes(UTF_8));
    }
  }

  /**
   * Ends the line without waiting for its terminal: it is not shown again.
   *
   * @return the text that clears it, for a process that is about to end; empty if it is hidden
   */
  String end() {
    ended = true;
    return shown ? CLEAR : "";
  }

  private synchronized void write(byte[] bytes) {
    try {
      terminal.write(bytes);
      terminal.flush();
    } catch (IOException e) {
      shown = false; // the terminal is gone; the command's own output reports it
    }
  }

  /**
   * Returns a stream to the same terminal, whose output hides the line.
   *
   * @param keep whether the line is shown again at once, below the output
   */
  public OutputStream above(OutputStream stream, boolean keep) {
    return new FilterOutputStream(stream) {
      @Override
      public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
      }

      @Override
      public void write(byte[] bytes, int from, int count) throws IOException {
        synchronized (StatusLine.this) {
          boolean again = keep && shown;
          hide();
          if (count > 0) {
            atLineStart = bytes[from + count - 1] == '\n';
          }
          out.write(bytes, from, count);
          if (again) {
            show(current);
          }
        }
      }
    };
  }
}
