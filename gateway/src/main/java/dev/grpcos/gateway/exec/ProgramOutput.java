package dev.grpcos.gateway.exec;

import com.google.protobuf.ByteString;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Splits a program's output into texts: each line, or the complete output at its end.
 *
 * <p>This class acquires memory for the bytes. The caller takes over the memory of the texts that
 * {@link #next} returns, and releases it. Not thread-safe.
 */
final class ProgramOutput {
  private static final System.Logger LOG = System.getLogger("dev.grpcos.gateway.exec");

  private final String program;
  private final boolean lines;
  private final MethodText text;
  private final OutputMemory memory;

  /** The bytes of the current text before {@link #block}. */
  private final ArrayDeque<ByteString> unfinished = new ArrayDeque<>();

  private int unfinishedSize;
  private ByteString block = ByteString.EMPTY;
  private boolean ended;

  /**
   * Creates an empty output.
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
   * Adds output. The caller must have taken all earlier texts.
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

  /** Ends the output. */
  void end() {
    ended = true;
  }

  /**
   * Returns the next text, or null if it is incomplete.
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

  /** Returns whether the next text needs more output. */
  boolean isExhausted() {
    return block.isEmpty() && !ended;
  }

  /** Drops everything and releases its memory. */
  void discard() {
    memory.release(unfinishedSize + block.size());
    unfinished.clear();
    unfinishedSize = 0;
    block = ByteString.EMPTY;
    ended = false;
  }
}
