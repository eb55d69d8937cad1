package dev.grpcos.cli.completion;

/**
 * A completion of the word at the cursor.
 *
 * @param text the whole word, including the part that is already typed
 * @param description a short description for shells that show one; may be empty
 * @param open whether the word continues
 */
public record Candidate(String text, String description, boolean open) {
  static Candidate word(String text, String description) {
    return new Candidate(text, description, false);
  }

  static Candidate open(String text, String description) {
    return new Candidate(text, description, true);
  }
}
