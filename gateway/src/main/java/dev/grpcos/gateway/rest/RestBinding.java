package dev.grpcos.gateway.rest;

/**
 * An HTTP method and path that call a method.
 *
 * @param verb the HTTP method, or {@code *} for all
 * @param method the full name, such as {@code pkg.Service/Method}
 * @param body the field that the body contains, {@code *} for the whole request, or empty
 * @param responseBody the field that the response's body contains, or empty for the whole response
 */
public record RestBinding(
    String verb, RestPattern pattern, String method, String body, String responseBody) {
  /** All HTTP methods, or the whole request. */
  public static final String ALL = "*";

  public boolean hasBody() {
    return !body.isEmpty();
  }

  boolean isFor(String httpMethod) {
    return verb.equals(ALL) || verb.equals(httpMethod);
  }
}
