package dev.grpcos.gateway.config;

import java.nio.file.Path;

/**
 * A problem in a configuration file.
 *
 * @param file the path of the file, as the user named it
 * @param line counts from 1; 0 for the file as a whole
 * @param column counts from 1; 0 for the file as a whole
 * @param text the problem and the remedy, in one line
 */
public record ConfigProblem(Path file, int line, int column, String text) {
  /** Returns {@code FILE:LINE:COLUMN: problem; remedy}. */
  @Override
  public String toString() {
    return line == 0 ? file + ": " + text : file + ":" + line + ":" + column + ": " + text;
  }
}
