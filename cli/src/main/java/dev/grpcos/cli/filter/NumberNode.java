package dev.grpcos.cli.filter;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser.NumberType;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.node.NumericNode;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;

/** A number that is a double in calculations, with the text that the output contains. */
final class NumberNode extends NumericNode {
  private static final long serialVersionUID = 1;

  private final double number;
  private final String text;

  NumberNode(double number) {
    this(number, NodeText.number(number));
  }

  NumberNode(double number, String text) {
    this.number = number;
    this.text = text;
  }

  @Override
  public String asText() {
    return text;
  }

  @Override
  public String toString() {
    return asText();
  }

  @Override
  public void serialize(JsonGenerator generator, SerializerProvider provider) throws IOException {
    generator.writeRawValue(asText());
  }

  @Override
  public JsonToken asToken() {
    return JsonToken.VALUE_NUMBER_FLOAT;
  }

  @Override
  public NumberType numberType() {
    return NumberType.DOUBLE;
  }

  @Override
  public Number numberValue() {
    return number;
  }

  @Override
  public int intValue() {
    return (int) number;
  }

  @Override
  public long longValue() {
    return (long) number;
  }

  @Override
  public double doubleValue() {
    return number;
  }

  @Override
  public BigDecimal decimalValue() {
    return BigDecimal.valueOf(number);
  }

  @Override
  public BigInteger bigIntegerValue() {
    return decimalValue().toBigInteger();
  }

  @Override
  public boolean canConvertToInt() {
    return number >= Integer.MIN_VALUE && number <= Integer.MAX_VALUE;
  }

  @Override
  public boolean canConvertToLong() {
    return number >= Long.MIN_VALUE && number <= Long.MAX_VALUE;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof NumberNode node && Double.compare(node.number, number) == 0;
  }

  @Override
  public int hashCode() {
    return Double.hashCode(number);
  }
}
