package dev.grpcos.cli.completion;

import java.util.List;

/** What may stand at the caret. */
public sealed interface Completion {
  /** Nothing that is known. */
  Completion NONE = new Words(List.of());

  /** These words. */
  record Words(List<Candidate> candidates) implements Completion {
    public Words {
      candidates = List.copyOf(candidates);
    }
  }

  /**
   * Files of the caller's, which his shell knows.
   *
   * @param prefix what stands in the word before the file's name
   * @param folders whether folders alone will do
   */
  record Files(String prefix, boolean folders) implements Completion {}
}
