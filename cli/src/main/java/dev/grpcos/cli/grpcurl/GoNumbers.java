package dev.grpcos.cli.grpcurl;

import dev.grpcos.gateway.json.NumberText;
import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * Formats floating-point numbers as programs in Go do.
 *
 * @see <a href="https://pkg.go.dev/strconv#FormatFloat">strconv.FormatFloat</a>
 */
final class GoNumbers {
  /** The powers of ten between which a number has no exponent. */
  private static final int MIN_PLAIN = -4;

  private static final int MAX_PLAIN = 6;
  private static final int FIXED_PLACES = 6;

  private GoNumbers() {}

  /** Returns the format {@code g} with as many digits as needed; the number is finite. */
  static String shortest(double number) {
    return shortest(NumberText.of(number));
  }

  /** Returns the same for a number of single precision. */
  static String shortest(float number) {
    return shortest(NumberText.of(number));
  }

  private static String shortest(String text) {
    BigDecimal number = new BigDecimal(text);
    if (number.signum() == 0) {
      return text;
    }
    BigDecimal digits = number.stripTrailingZeros();
    int exponent = digits.precision() - digits.scale() - 1;
    if (exponent >= MIN_PLAIN && exponent < MAX_PLAIN) {
      return digits.toPlainString();
    }
    String mantissa = digits.movePointLeft(exponent).toPlainString();
    return "%se%s%02d".formatted(mantissa, exponent < 0 ? "-" : "+", Math.abs(exponent));
  }

  /** Returns the format {@code f} with six places. */
  static String fixed(double number) {
    if (Double.isNaN(number)) {
      return "NaN";
    } else if (Double.isInfinite(number)) {
      return number > 0 ? "+Inf" : "-Inf";
    }
    return new BigDecimal(number).setScale(FIXED_PLACES, RoundingMode.HALF_EVEN).toPlainString();
  }
}
