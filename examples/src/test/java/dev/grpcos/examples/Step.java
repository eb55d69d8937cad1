package dev.grpcos.examples;

import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A command of a document and its expected output.
 *
 * <p>Commands are in blocks fenced as {@code console}, after {@code $ }; a command that ends in a
 * backslash continues in the next line. The lines that follow are its output, of both streams.
 * There {@code …} stands for any characters of a line or, alone on its line, for any lines.
 *
 * @param command the text for the shell
 * @param output the lines with their line feeds
 */
record Step(String command, String output) {
  private static final String FENCE = "```";
  private static final String PROMPT = "$ ";
  private static final String ANYTHING = "…";

  /** Returns the commands of a document, in order. */
  static List<Step> in(Path document) throws IOException {
    List<Step> steps = new ArrayList<>();
    boolean console = false;
    @Nullable StringBuilder command = null;
    StringBuilder output = new StringBuilder();
    for (String line : Files.readAllLines(document)) {
      boolean fence = line.startsWith(FENCE);
      boolean prompt = console && line.startsWith(PROMPT);
      if (command != null && (fence || prompt)) {
        steps.add(new Step(command.toString(), output.toString()));
        command = null;
        output.setLength(0);
      }
      if (fence) {
        console = line.equals(FENCE + "console");
      } else if (prompt) {
        command = new StringBuilder(line.substring(PROMPT.length()));
      } else if (command != null && output.isEmpty() && command.toString().endsWith("\\")) {
        command.append('\n').append(line);
      } else if (command != null) {
        output.append(line).append('\n');
      } else if (console) {
        throw new IOException(document + ": output without a command: " + line);
      }
    }
    return steps;
  }

  /** Returns the step with a text replaced. */
  Step replace(String text, String replacement) {
    return new Step(command.replace(text, replacement), output.replace(text, replacement));
  }

  /** Returns the pattern that the real output must match. */
  Pattern expected() {
    StringBuilder pattern = new StringBuilder();
    for (String line : output.lines().toList()) {
      if (line.equals(ANYTHING)) {
        pattern.append("(?:.*\\n)*");
      } else {
        pattern.append(
            Stream.of(line.split(ANYTHING, -1))
                .map(Pattern::quote)
                .collect(joining(".*", "", "\\n")));
      }
    }
    return Pattern.compile(pattern.toString());
  }
}
