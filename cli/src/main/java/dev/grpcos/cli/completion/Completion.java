package dev.grpcos.cli.completion;

import java.util.List;

/** The completions at the cursor. */
public sealed interface Completion {
  /** No completion. */
  Completion NONE = new Words(List.of());

  /** A choice of words. */
  record Words(List<Candidate> candidates) implements Completion {
    public Words {
      candidates = List.copyOf(candidates);
    }
  }

  /**
   * Files, which the shell of the caller completes.
   *
   * @param prefix the part of the word before the name of the file
   * @param folders whether only folders are valid
   */
  record Files(String prefix, boolean folders) implements Completion {}
}
