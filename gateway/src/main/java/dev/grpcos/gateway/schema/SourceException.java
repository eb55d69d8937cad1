package dev.grpcos.gateway.schema;

import org.jspecify.annotations.Nullable;

/** A source, or a folder for imports, that can't be taken as it is named. */
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
    return new SourceException(true, subject, "can't be read: " + cause, cause);
  }

  static SourceException unusable(String subject, String problem) {
    return new SourceException(false, subject, problem, null);
  }

  /** Whether nothing readable has the name; otherwise the name is wrong for what it leads to. */
  public boolean isMissing() {
    return missing;
  }

  /** The message without its subject. */
  public String problem() {
    return problem;
  }
}
