package dev.grpcos.cli.completion;

/**
 * A word that may stand at the caret.
 *
 * @param text the whole word, what is typed of it included
 * @param description a few words for shells that show them; may be empty
 * @param open whether more of the same word is to follow
 */
public record Candidate(String text, String description, boolean open) {
  static Candidate word(String text, String description) {
    return new Candidate(text, description, false);
  }

  static Candidate open(String text, String description) {
    return new Candidate(text, description, true);
  }
}
