package dev.grpcos.cli.filter;

import dev.grpcos.cli.failure.CliException;
import dev.grpcos.gateway.json.JsonSink;

/** A place where jq expressions are evaluated, for one command. */
@FunctionalInterface
public interface Evaluator {
  /**
   * Returns a filter.
   *
   * @param subject the name of a value in messages: {@code response}
   * @throws CliException USAGE if the expression is invalid, with the position
   */
  JsonSink compile(String expression, String subject, FilterOutput output);

  /** Evaluates in this process. */
  static Evaluator local() {
    return JqFilter::compile;
  }
}
