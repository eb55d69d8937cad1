package dev.grpcos.cli.filter;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NumericNode;
import com.fasterxml.jackson.databind.node.ValueNode;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/**
 * Creates the numbers of values. Integers that a double may not hold exactly keep their digits, but
 * are doubles in calculations, in which the interpreter's 64-bit integers would overflow.
 */
final class NumberNodes extends JsonNodeFactory {
  private static final long serialVersionUID = 1;

  /** A double holds all integers up to this one. */
  private static final long EXACT = 1L << 53;

  /** Returns whether a double holds this integer, and its neighbors. */
  static boolean isExact(long value) {
    return value >= -EXACT && value <= EXACT;
  }

  @Override
  public NumericNode numberNode(long value) {
    return isExact(value) ? super.numberNode(value) : new NumberNode(value, Long.toString(value));
  }

  @Override
  public ValueNode numberNode(@Nullable BigInteger value) {
    return value == null ? nullNode() : new NumberNode(value.doubleValue(), value.toString());
  }
}
