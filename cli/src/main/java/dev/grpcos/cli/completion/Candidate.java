package dev.grpcos.cli.completion;

/**
 * A word that is valid at the cursor.
 *
 * @param text the whole word, including what is typed
 * @param description for shells that show one; may be empty
 * @param open whether more of the same word has to follow
 */
public record Candidate(String text, String description, boolean open) {
  static Candidate word(String text, String description) {
    return new Candidate(text, description, false);
  }

  static Candidate open(String text, String description) {
    return new Candidate(text, description, true);
  }
}
