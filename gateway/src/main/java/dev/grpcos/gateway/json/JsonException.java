package dev.grpcos.gateway.json;

/** Input that is not JSON, or JSON that does not fit its message; the message names the place. */
public final class JsonException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** Problems to which a caller may have something to add. */
  public enum Problem {
    /** A value is longer than the reader allows. */
    TOO_LONG,
    /** There is an array where objects are expected. */
    ARRAY,
    /** An argument for a field, where the request can only be written whole. */
    WHOLE_REQUEST,
    /** Any other. */
    OTHER
  }

  private final transient Position at;
  private final Problem problem;

  /** An error at this position. */
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

  /** Returns this error with advice behind its message. */
  public JsonException advising(String advice) {
    return new JsonException(this, getMessage() + "; " + advice);
  }
}
