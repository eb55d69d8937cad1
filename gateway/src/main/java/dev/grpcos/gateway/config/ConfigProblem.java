package dev.grpcos.gateway.config;

import java.nio.file.Path;

/**
 * Something in a configuration file that can't be.
 *
 * @param file as it was named
 * @param line from 1; 0 where it concerns the file as a whole
 * @param column from 1; 0 where it concerns the file as a whole
 * @param text what is wrong and the remedy, in one line
 */
public record ConfigProblem(Path file, int line, int column, String text) {
  /** {@code FILE:LINE:COLUMN: what; remedy}. */
  @Override
  public String toString() {
    return line == 0 ? file + ": " + text : file + ":" + line + ":" + column + ": " + text;
  }
}
