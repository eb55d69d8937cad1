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
 * The shells that there are scripts for. A script calls {@code grpcos __complete} with the words on
 * its line and offers what that prints, a line each: {@code :files} or {@code :folders} where the
 * shell is to complete those, else a candidate.
 */
public enum Shell {
  BASH,
  ZSH,
  FISH;

  /** The script, which the shell's user sources. */
  public String script() {
    String name = "grpcos." + name().toLowerCase(Locale.ROOT);
    try (InputStream in = Objects.requireNonNull(Shell.class.getResourceAsStream(name), name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("can't read " + name, e);
    }
  }

  /**
   * What the shell is told.
   *
   * @param breaks bash's {@code COMP_WORDBREAKS}; unused for the others
   * @param words as the shell has them: bash's are still quoted
   */
  public String answer(Completer completer, String breaks, List<String> words) {
    if (this != BASH) {
      return lines(completer.complete(words));
    }
    List<BashWord> unquoted = words.stream().map(word -> BashWord.of(word, breaks)).toList();
    Completion completion = completer.complete(unquoted.stream().map(BashWord::text).toList());
    return bashLines(completion, unquoted.get(unquoted.size() - 1));
  }

  /** The candidates with their descriptions behind a tab. */
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

  /** What readline is to put in, with the space that is to follow. */
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
