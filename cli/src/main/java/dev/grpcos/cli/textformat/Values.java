package dev.grpcos.cli.textformat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import dev.grpcos.cli.textformat.TextToken.TokenKind;
import dev.grpcos.gateway.json.Nearest;
import java.math.BigInteger;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads the values of fields that are not messages. */
final class Values {
  private final Tokenizer tokens;
  private final boolean allowUnknown;

  /**
   * Creates a reader of values.
   *
   * @param allowUnknown whether values that an enum lacks are not errors
   */
  Values(Tokenizer tokens, boolean allowUnknown) {
    this.tokens = tokens;
    this.allowUnknown = allowUnknown;
  }

  /** Returns the value of a field; null for a permitted value that the enum lacks. */
  @Nullable Object read(FieldDescriptor field) throws TextFormatException {
    return switch (field.getType()) {
      case STRING -> string();
      case BYTES -> StringLiteral.read(tokens);
      case BOOL -> bool();
      case INT32, SINT32, SFIXED32 -> integer(field, true, 31).intValue();
      case UINT32, FIXED32 -> integer(field, false, 32).intValue();
      case INT64, SINT64, SFIXED64 -> integer(field, true, 63).longValue();
      case UINT64, FIXED64 -> integer(field, false, 64).longValue();
      case FLOAT -> Float.valueOf(floating("a float"));
      case DOUBLE -> Double.valueOf(floating("a double"));
      case ENUM -> enumerated(field);
      case MESSAGE, GROUP -> throw new IllegalArgumentException(field + " is a message");
    };
  }

  private String string() throws TextFormatException {
    TextToken start = tokens.peek();
    ByteString bytes = StringLiteral.read(tokens);
    if (!bytes.isValidUtf8()) {
      throw tokens.error(start, "a string that is not valid UTF-8");
    }
    return bytes.toStringUtf8();
  }

  private boolean bool() throws TextFormatException {
    TextToken token = tokens.next();
    Boolean value =
        switch (token.text()) {
          case "true", "True", "t" -> true;
          case "false", "False", "f" -> false;
          default -> null;
        };
    if (value == null && token.kind() == TokenKind.NUMBER && isInteger(token.text())) {
      BigInteger number = parse(token);
      value = number.bitLength() > 1 ? null : (Boolean) (number.signum() > 0);
    }
    if (value == null) {
      throw tokens.error(token, "expected true or false, got " + token.shown());
    }
    return value;
  }

  private BigInteger integer(FieldDescriptor field, boolean signed, int bits)
      throws TextFormatException {
    String type = field.getType().name().toLowerCase(Locale.ROOT);
    return integer((type.startsWith("i") ? "an " : "a ") + type, signed, bits);
  }

  /**
   * Reads a whole number.
   *
   * @param bits the number of bits of the largest value, without the sign
   */
  private BigInteger integer(String what, boolean signed, int bits) throws TextFormatException {
    TextToken start = tokens.peek();
    boolean negative = tokens.accept('-');
    TextToken token = tokens.next();
    if (token.kind() != TokenKind.NUMBER || !isInteger(token.text())) {
      throw tokens.error(start, "expected " + what + ", got " + token.shown());
    }
    BigInteger number = negative ? parse(token).negate() : parse(token);
    if (number.bitLength() > bits || (number.signum() < 0 && !signed)) {
      throw tokens.error(start, "out of range of " + what);
    }
    return number;
  }

  private static boolean isInteger(String text) {
    return text.matches("0[xX][0-9a-fA-F]+|0[0-7]*|[1-9][0-9]*");
  }

  private static BigInteger parse(TextToken token) {
    String text = token.text();
    if (text.startsWith("0x") || text.startsWith("0X")) {
      return new BigInteger(text.substring(2), 16);
    }
    return new BigInteger(text, text.startsWith("0") ? 8 : 10);
  }

  /** Reads a number and returns it in the form that Java's parsers accept. */
  private String floating(String what) throws TextFormatException {
    TextToken start = tokens.peek();
    String sign = tokens.accept('-') ? "-" : "";
    TextToken token = tokens.next();
    if (token.kind() == TokenKind.IDENTIFIER) {
      switch (token.text().toLowerCase(Locale.ROOT)) {
        case "nan", "nanf" -> {
          return "NaN";
        }
        case "inf", "inff", "infinity", "infinityf" -> {
          return sign + "Infinity";
        }
        default -> throw tokens.error(start, "expected " + what + ", got " + token.shown());
      }
    }
    String text = token.text();
    if (token.kind() != TokenKind.NUMBER || text.matches("0[xX].*")) {
      throw tokens.error(start, "expected " + what + " in decimal, got " + token.shown());
    }
    if (text.matches("0[0-9].*")) {
      throw tokens.error(start, "expected " + what + ", got " + text + "; octal is for integers");
    }
    return sign + text;
  }

  private @Nullable EnumValueDescriptor enumerated(FieldDescriptor field)
      throws TextFormatException {
    EnumDescriptor type = field.getEnumType();
    TextToken token = tokens.peek();
    EnumValueDescriptor value;
    String problem;
    if (token.kind() == TokenKind.IDENTIFIER) {
      tokens.next();
      value = type.findValueByName(token.text());
      List<String> names = type.getValues().stream().map(EnumValueDescriptor::getName).toList();
      problem =
          "no value %s in the enum %s%s"
              .formatted(
                  token.shown(), type.getFullName(), Nearest.orAll(token.text(), names, "it has"));
    } else {
      String what = "a name or a number of the enum " + type.getFullName();
      int number = integer(what, true, 31).intValue();
      value =
          type.isClosed()
              ? type.findValueByNumber(number)
              : type.findValueByNumberCreatingIfUnknown(number);
      problem = "no value of number " + number + " in the closed enum " + type.getFullName();
    }
    if (value == null && !allowUnknown) {
      throw tokens.error(token, problem);
    }
    return value;
  }
}
