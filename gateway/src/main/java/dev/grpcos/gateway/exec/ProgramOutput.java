package dev.grpcos.gateway.exec;

import com.google.protobuf.ByteString;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Splits what a program prints into texts: its lines, or all of it at the end.
 *
 * <p>Memory for the bytes is taken here. What {@link #next} returns is the caller's, and so is
 * giving its memory back. Not thread-safe.
 */
final class ProgramOutput {
  private static final System.Logger LOG = System.getLogger("dev.grpcos.gateway.exec");

  private final String program;
  private final boolean lines;
  private final MethodText text;
  private final OutputMemory memory;

  /** The bytes before {@link #block}, without a line feed. */
  private final ArrayDeque<ByteString> unfinished = new ArrayDeque<>();

  private int unfinishedSize;
  private ByteString block = ByteString.EMPTY;
  private boolean ended;

  /**
   * Output of nothing yet.
   *
   * @param program the program's name in the log
   * @param lines whether each line is a text
   * @param text bounds the size of a text
   */
  ProgramOutput(String program, boolean lines, MethodText text, OutputMemory memory) {
    this.program = program;
    this.lines = lines;
    this.text = text;
    this.memory = memory;
  }

  /**
   * Adds what was printed. All texts before must have been taken.
   *
   * @throws BadOutputException if there is no memory for it
   */
  void add(ByteString bytes) throws BadOutputException {
    if (!memory.tryAcquire(bytes.size())) {
      BadOutputException refused = BadOutputException.noMemory();
      LOG.log(Level.WARNING, "{0} {1}", program, refused.getMessage());
      throw refused;
    }
    block = bytes;
  }

  /** Adds the end. */
  void end() {
    ended = true;
  }

  /**
   * The next text; null if there is none before more is printed.
   *
   * @throws BadOutputException if it is too long
   */
  @Nullable ByteString next() throws BadOutputException {
    int end = lines ? lineFeed() : -1;
    int size = end < 0 ? block.size() : end;
    if (unfinishedSize + (long) size > text.mostText()) {
      throw text.tooLong(lines);
    }
    if (end >= 0) {
      ByteString line = finish(block.substring(0, end));
      block = block.substring(end + 1);
      memory.release(1); // the line feed
      return line;
    }
    if (ended) {
      ended = false;
      ByteString rest = finish(block);
      block = ByteString.EMPTY;
      return lines && rest.isEmpty() ? null : rest;
    }
    if (!block.isEmpty()) {
      unfinished.add(block);
      unfinishedSize += size;
      block = ByteString.EMPTY;
    }
    return null;
  }

  private int lineFeed() {
    for (int i = 0; i < block.size(); i++) {
      if (block.byteAt(i) == '\n') {
        return i;
      }
    }
    return -1;
  }

  private ByteString finish(ByteString last) {
    if (unfinished.isEmpty()) {
      return last;
    }
    unfinished.add(last);
    ByteString whole = ByteString.copyFrom(unfinished); // a rope, not a copy
    unfinished.clear();
    unfinishedSize = 0;
    return whole;
  }

  /** Whether no text can be taken before more is printed. */
  boolean isExhausted() {
    return block.isEmpty() && !ended;
  }

  /** Drops everything and gives its memory back. */
  void discard() {
    memory.release(unfinishedSize + block.size());
    unfinished.clear();
    unfinishedSize = 0;
    block = ByteString.EMPTY;
    ended = false;
  }
}
