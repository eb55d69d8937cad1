package dev.grpcos.gateway.json;

/**
 * An error for input that is not JSON, or that does not fit its message. The message names the
 * position.
 */
public final class JsonException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** The kinds of problems for which a caller may add advice. */
  public enum Problem {
    /** A value is longer than the reader allows. */
    TOO_LONG,
    /** The input has an array instead of objects. */
    ARRAY,
    /** An argument sets a field of a request that can only be written as a whole. */
    WHOLE_REQUEST,
    /** Any other problem. */
    OTHER
  }

  private final transient Position at;
  private final Problem problem;

  /** Creates an error at this position. */
  public JsonException(Position at, String message) {
    this(at, message, Problem.OTHER);
  }

  JsonException(Position at, String message, Problem problem) {
    super(at + ": " + message);
    this.at = at;
    this.problem = problem;
  }

  private JsonException(JsonException cause, String message) {
    super(message, cause);
    this.at = cause.at;
    this.problem = cause.problem;
  }

  /** Returns the position of the error. */
  public Position at() {
    return at;
  }

  public Problem problem() {
    return problem;
  }

  /** Returns this error with advice after its message. */
  public JsonException advising(String advice) {
    return new JsonException(this, getMessage() + "; " + advice);
  }
}
