package dev.grpcos.gateway.json;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.UnsafeByteOperations;
import dev.grpcos.gateway.json.JsonValue.JsonBoolean;
import dev.grpcos.gateway.json.JsonValue.JsonNull;
import dev.grpcos.gateway.json.JsonValue.JsonNumber;
import dev.grpcos.gateway.json.JsonValue.JsonString;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;

/** Reads the values of fields that are not messages, as strictly as ProtoJSON permits. */
final class Scalars {
  /** An unknown enum value. */
  static final class UnknownValue extends Mismatch {
    private static final long serialVersionUID = 1;

    UnknownValue(String text) {
      super(text);
    }
  }

  private static final BigInteger MAX_UINT64 =
      BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);

  /** The number of digits with which any number fits in a long. */
  private static final int SAFE_DIGITS = 18;

  private Scalars() {}

  /** Returns the value of a field in the type that {@code DynamicMessage} uses. */
  static Object read(FieldDescriptor field, JsonValue value) throws Mismatch {
    return switch (field.getType()) {
      case STRING -> string(value);
      case BYTES -> bytes(value);
      case BOOL -> bool(value);
      case INT32, SINT32, SFIXED32 ->
          (int) integer(field, value, Integer.MIN_VALUE, Integer.MAX_VALUE);
      case UINT32, FIXED32 -> (int) integer(field, value, 0, 0xffffffffL);
      case INT64, SINT64, SFIXED64 -> integer(field, value, Long.MIN_VALUE, Long.MAX_VALUE);
      case UINT64, FIXED64 -> unsigned(field, value);
      case FLOAT -> floating(value);
      case DOUBLE -> doubled(value);
      case ENUM -> enumerated(field.getEnumType(), value);
      case MESSAGE, GROUP -> throw new IllegalArgumentException(field + " is a message");
    };
  }

  /** Returns the key of a map. In JSON it is a string. */
  static Object key(FieldDescriptor field, JsonString key) throws Mismatch {
    if (field.getType() != FieldDescriptor.Type.BOOL) {
      return read(field, key);
    }
    return switch (key.text()) {
      case "true" -> true;
      case "false" -> false;
      default -> throw Mismatch.expected("the key \"true\" or \"false\"", key);
    };
  }

  private static String string(JsonValue value) throws Mismatch {
    if (value instanceof JsonString string) {
      return string.text();
    }
    throw Mismatch.expected("a string", value);
  }

  private static boolean bool(JsonValue value) throws Mismatch {
    if (value instanceof JsonBoolean bool) {
      return bool.value();
    }
    throw Mismatch.expected("true or false", value);
  }

  static ByteString bytes(JsonValue value) throws Mismatch {
    if (!(value instanceof JsonString string)) {
      throw Mismatch.expected("bytes as a base64 string", value);
    }
    String text = string.text();
    boolean urlSafe = text.indexOf('-') >= 0 || text.indexOf('_') >= 0;
    Base64.Decoder decoder = urlSafe ? Base64.getUrlDecoder() : Base64.getDecoder();
    try {
      // A character beyond ISO 8859-1 becomes '?', which is not base64 either.
      return UnsafeByteOperations.unsafeWrap(
          decoder.decode(text.getBytes(StandardCharsets.ISO_8859_1)));
    } catch (IllegalArgumentException e) {
      throw Mismatch.expected("bytes as base64", value);
    }
  }

  private static EnumValueDescriptor enumerated(EnumDescriptor type, JsonValue value)
      throws Mismatch {
    if (value instanceof JsonString string) {
      EnumValueDescriptor found = type.findValueByName(string.text());
      if (found == null) {
        List<String> names = type.getValues().stream().map(EnumValueDescriptor::getName).toList();
        throw new UnknownValue(
            "no value "
                + Quote.text(string.text())
                + " in the enum "
                + type.getFullName()
                + Nearest.orAll(string.text(), names, "it has"));
      }
      return found;
    }
    if (value instanceof JsonNull && WellKnown.isNullValue(type)) {
      return type.findValueByNumberCreatingIfUnknown(0);
    }
    if (!(value instanceof JsonNumber)) {
      throw Mismatch.expected("a name or a number of the enum " + type.getFullName(), value);
    }
    int number = (int) integer("an enum's number", value, Integer.MIN_VALUE, Integer.MAX_VALUE);
    if (type.isClosed() && type.findValueByNumber(number) == null) {
      throw new UnknownValue(
          "no value of number " + number + " in the closed enum " + type.getFullName());
    }
    return type.findValueByNumberCreatingIfUnknown(number);
  }

  private static double doubled(JsonValue value) throws Mismatch {
    double number = Double.parseDouble(floatingText(value, "a double"));
    if (Double.isInfinite(number) && !isNamed(value)) {
      throw Mismatch.expected("a number in the range of a double", value);
    }
    return number;
  }

  private static float floating(JsonValue value) throws Mismatch {
    float number = Float.parseFloat(floatingText(value, "a float"));
    if (Float.isInfinite(number) && !isNamed(value)) {
      throw Mismatch.expected("a number in the range of a float", value);
    }
    return number;
  }

  /** Returns text that Java's parsers accept: a JSON number, NaN, Infinity or -Infinity. */
  private static String floatingText(JsonValue value, String what) throws Mismatch {
    return isNamed(value) && value instanceof JsonString name
        ? name.text()
        : decimal(value, what + ", \"NaN\", \"Infinity\" or \"-Infinity\"");
  }

  private static boolean isNamed(JsonValue value) {
    return value instanceof JsonString string
        && switch (string.text()) {
          case "NaN", "Infinity", "-Infinity" -> true;
          default -> false;
        };
  }

  private static long integer(FieldDescriptor field, JsonValue value, long min, long max)
      throws Mismatch {
    String name = field.getType().name().toLowerCase(Locale.ROOT);
    return integer((name.startsWith("i") ? "an " : "a ") + name, value, min, max);
  }

  private static long integer(String what, JsonValue value, long min, long max) throws Mismatch {
    String text = decimal(value, what);
    if (isShort(text)) {
      long number = Long.parseLong(text);
      if (number >= min && number <= max) {
        return number;
      }
      throw outOfRange(what, value, min, max);
    }
    BigInteger low = BigInteger.valueOf(min);
    BigInteger high = BigInteger.valueOf(max);
    return whole(what, value, text, low, high).longValueExact();
  }

  private static long unsigned(FieldDescriptor field, JsonValue value) throws Mismatch {
    String what = "a " + field.getType().name().toLowerCase(Locale.ROOT);
    String text = decimal(value, what);
    if (isShort(text) && text.charAt(0) != '-') {
      return Long.parseLong(text);
    }
    return whole(what, value, text, BigInteger.ZERO, MAX_UINT64).longValue();
  }

  /** Returns whether the text is a short sequence of digits, as in nearly all integers. */
  private static boolean isShort(String text) {
    int length = text.length();
    if (length > SAFE_DIGITS) {
      return false;
    }
    for (int i = text.charAt(0) == '-' ? 1 : 0; i < length; i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return false;
      }
    }
    return true;
  }

  /** Returns the exact value of any notation, such as 1.0 or 1e3, without expanding 1e999999999. */
  private static BigInteger whole(
      String what, JsonValue value, String text, BigInteger min, BigInteger max) throws Mismatch {
    BigDecimal number;
    try {
      number = new BigDecimal(text);
    } catch (NumberFormatException e) {
      throw outOfRange(what, value, min, max); // an exponent outside of the range of an int
    }
    if (number.signum() == 0) {
      return BigInteger.ZERO;
    }
    if ((long) number.precision() - number.scale() > 20) {
      throw outOfRange(what, value, min, max);
    }
    if (number.stripTrailingZeros().scale() > 0) {
      throw Mismatch.expected(what + ", a whole number", value);
    }
    BigInteger exact = number.toBigIntegerExact();
    if (exact.compareTo(min) < 0 || exact.compareTo(max) > 0) {
      throw outOfRange(what, value, min, max);
    }
    return exact;
  }

  private static Mismatch outOfRange(String what, JsonValue value, Number min, Number max) {
    return Mismatch.expected(what + " from " + min + " to " + max, value);
  }

  /** Returns the text of a number, or of a string with a number in JSON's syntax. */
  private static String decimal(JsonValue value, String what) throws Mismatch {
    if (value instanceof JsonNumber number) {
      return number.text();
    }
    if (value instanceof JsonString string && isDecimal(string.text())) {
      return string.text();
    }
    throw Mismatch.expected(what, value);
  }

  /** Returns whether the text is a number in the syntax of RFC 8259. */
  static boolean isDecimal(String text) {
    if (text.length() > JsonTokens.MAX_NUMBER_LENGTH) {
      return false;
    }
    int start = text.startsWith("-") ? 1 : 0;
    int i = digits(text, start);
    if (i == start || (i > start + 1 && text.charAt(start) == '0')) {
      return false;
    }
    if (i < text.length() && text.charAt(i) == '.') {
      int fraction = i + 1;
      i = digits(text, fraction);
      if (i == fraction) {
        return false;
      }
    }
    if (i < text.length() && (text.charAt(i) == 'e' || text.charAt(i) == 'E')) {
      i++;
      if (i < text.length() && (text.charAt(i) == '+' || text.charAt(i) == '-')) {
        i++;
      }
      int exponent = i;
      i = digits(text, exponent);
      if (i == exponent) {
        return false;
      }
    }
    return i == text.length();
  }

  private static int digits(String text, int from) {
    int i = from;
    while (i < text.length() && text.charAt(i) >= '0' && text.charAt(i) <= '9') {
      i++;
    }
    return i;
  }
}
