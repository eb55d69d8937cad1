package dev.grpcos.cli.completion;

import dev.grpcos.gateway.text.PrintableText;

/**
 * A completion of the word at the cursor.
 *
 * @param text the whole word, including the part that is already typed
 * @param description a short description for shells that show one; may be empty
 * @param open whether the word continues
 */
public record Candidate(String text, String description, boolean open) {
  /** Returns the candidate with control characters in its description escaped. */
  Candidate printable() {
    return new Candidate(text, PrintableText.line(description), open);
  }

  static Candidate word(String text, String description) {
    return new Candidate(text, description, false);
  }

  static Candidate open(String text, String description) {
    return new Candidate(text, description, true);
  }
}
