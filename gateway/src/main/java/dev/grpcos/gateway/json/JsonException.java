package dev.grpcos.gateway.json;

/** Input that is no JSON, or JSON that does not fit its message; the message says where. */
public final class JsonException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient Position at;

  JsonException(Position at, String message) {
    super(at + ": " + message);
    this.at = at;
  }

  /** Where the input is wrong. */
  public Position at() {
    return at;
  }
}
