package dev.grpcos.cli.completion;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * The shells that have a completion script. The script calls {@code grpcos __complete} with the
 * words of the line. Each line of the output is a candidate, or {@code :files} or {@code :folders}
 * to make the shell complete those.
 */
public enum Shell {
  BASH,
  ZSH,
  FISH;

  /** Returns the script, which users source. */
  public String script() {
    String name = "grpcos." + name().toLowerCase(Locale.ROOT);
    try (InputStream in = Objects.requireNonNull(Shell.class.getResourceAsStream(name), name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + name, e);
    }
  }

  /**
   * Returns the output for the shell's script.
   *
   * @param breaks bash's {@code COMP_WORDBREAKS}; unused for the other shells
   * @param words the words from the shell; those of bash are still quoted
   */
  public String answer(Completer completer, String breaks, List<String> words) {
    if (this != BASH) {
      return lines(completer.complete(words));
    }
    List<BashWord> unquoted = words.stream().map(word -> BashWord.of(word, breaks)).toList();
    Completion completion = completer.complete(unquoted.stream().map(BashWord::text).toList());
    return bashLines(completion, unquoted.get(unquoted.size() - 1));
  }

  /** Returns the candidates, each with a tab and its description. */
  private static String lines(Completion completion) {
    if (completion instanceof Completion.Words words) {
      return join(
          words.candidates().stream()
              .map(candidate -> candidate.text() + "\t" + candidate.description())
              .toList());
    }
    Completion.Files files = (Completion.Files) completion;
    return join(List.of((files.folders() ? ":folders" : ":files") + "\t" + files.prefix()));
  }

  /** Returns the text that readline inserts, including the space after it. */
  private static String bashLines(Completion completion, BashWord word) {
    String kept = word.text().substring(0, word.kept());
    if (completion instanceof Completion.Files files) {
      String prefix = files.prefix().startsWith(kept) ? files.prefix() : kept;
      return join(
          List.of(files.folders() ? ":folders" : ":files", prefix.substring(kept.length())));
    }
    List<String> lines = new ArrayList<>();
    for (Candidate candidate : ((Completion.Words) completion).candidates()) {
      if (candidate.text().startsWith(kept)) {
        lines.add(
            candidate.text().substring(kept.length())
                + (candidate.open() || word.quoted() ? "" : " "));
      }
    }
    return join(lines);
  }

  private static String join(List<String> lines) {
    return lines.isEmpty() ? "" : String.join("\n", lines) + "\n";
  }
}
