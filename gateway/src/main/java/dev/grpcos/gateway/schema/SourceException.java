package dev.grpcos.gateway.schema;

import org.jspecify.annotations.Nullable;

/** An error about a source or an import folder that cannot be used under its name. */
public final class SourceException extends SchemaException {
  private static final long serialVersionUID = 1;

  private final boolean missing;
  private final String problem;

  private SourceException(
      boolean missing, String subject, String problem, @Nullable Throwable cause) {
    super(subject + ": " + problem, cause);
    this.missing = missing;
    this.problem = problem;
  }

  static SourceException missing(String subject, String problem) {
    return new SourceException(true, subject, problem, null);
  }

  static SourceException unreadable(String subject, Exception cause) {
    return new SourceException(true, subject, "cannot be read: " + cause, cause);
  }

  static SourceException unusable(String subject, String problem) {
    return new SourceException(false, subject, problem, null);
  }

  /**
   * Returns whether nothing readable has the name; otherwise the name does not suit the file or
   * folder.
   */
  public boolean isMissing() {
    return missing;
  }

  /** Returns the message without its subject. */
  public String problem() {
    return problem;
  }
}
