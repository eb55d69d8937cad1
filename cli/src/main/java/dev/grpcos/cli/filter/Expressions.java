package dev.grpcos.cli.filter;

import dev.grpcos.cli.failure.CliException;
import dev.grpcos.gateway.json.JsonSink;
import java.util.function.Supplier;

/** Creates the filters of jq expressions. */
public final class Expressions {
  private Expressions() {}

  /**
   * Returns a filter.
   *
   * @param subject the name of a value in messages: {@code response}
   * @param evaluator reserves an evaluator; not called for a path
   * @throws CliException USAGE if the expression is invalid, with the position
   */
  public static JsonSink filter(
      String expression, String subject, FilterOutput output, Supplier<Evaluator> evaluator) {
    JsonPath path = JsonPath.of(expression);
    return path == null
        ? evaluator.get().compile(expression, subject, output)
        : new PathFilter(path, subject, output);
  }
}
