package dev.grpcos.gateway.json;

import java.math.BigInteger;

/**
 * Formats floating-point numbers like ECMAScript: with the fewest digits that read back as the same
 * number, without a fraction of zeros, and with an exponent only below 1e-6 and from 1e21.
 *
 * <p>{@code Double.toString} is not sufficient: before JDK 19 it can print more digits than needed,
 * in all releases it prints at least two, and it uses exponents from 1e7. The text here is the same
 * on every JDK.
 */
public final class NumberText {
  /**
   * The lowest position of the decimal point, from the first digit, in text without an exponent.
   */
  private static final int MIN_POINT = -5;

  private static final int MAX_POINT = 21;

  /**
   * A double distinguishes all decimals of up to 15 digits, so that the shortest decimal is unique.
   */
  private static final double MAX_UNIQUE = 1e15;

  /** The powers of ten that a double represents exactly. */
  private static final long[] POWERS = new long[16];

  /** The powers of five that fit in a long. */
  private static final long[] FIVES = new long[28];

  private static final double LOG10_2 = Math.log10(2);
  private static final double LOG10_3_4 = Math.log10(0.75);

  static {
    POWERS[0] = 1;
    for (int i = 1; i < POWERS.length; i++) {
      POWERS[i] = 10 * POWERS[i - 1];
    }
    FIVES[0] = 1;
    for (int i = 1; i < FIVES.length; i++) {
      FIVES[i] = 5 * FIVES[i - 1];
    }
  }

  private NumberText() {}

  /** Returns the text of a finite number: digits, and if needed a sign, a point and an exponent. */
  public static String of(double number) {
    if (number == (long) number && Math.abs(number) < MAX_UNIQUE) {
      return number == 0 && 1 / number < 0 ? "-0" : Long.toString((long) number);
    }
    double positive = Math.abs(number);
    StringBuilder text = new StringBuilder(24);
    if (number < 0) {
      text.append('-');
    }
    if (positive >= 1e-3 && positive < MAX_UNIQUE) {
      // The quotient of two exact doubles is rounded correctly, so it equals the parsed decimal.
      for (int places = 1; places < 16; places++) {
        double scaled = Math.rint(positive * POWERS[places]);
        if (scaled >= MAX_UNIQUE) {
          break;
        }
        if (scaled / POWERS[places] == positive) {
          return plain(text, (long) scaled, -places);
        }
      }
    }
    long bits = Double.doubleToRawLongBits(positive);
    int exponent = (int) (bits >>> 52);
    long fraction = bits & ((1L << 52) - 1);
    return shortest(
        text,
        exponent == 0 ? fraction : fraction | (1L << 52),
        Math.max(exponent, 1) - 1075,
        fraction == 0 && exponent > 1);
  }

  /**
   * Returns the text of a finite number, with the fewest digits that read back as the same float.
   */
  public static String of(float number) {
    if (number == (long) number && Math.abs(number) < 1 << 24) {
      return number == 0 && 1 / number < 0 ? "-0" : Long.toString((long) number);
    }
    StringBuilder text = new StringBuilder(16);
    if (number < 0) {
      text.append('-');
    }
    int bits = Float.floatToRawIntBits(Math.abs(number));
    int exponent = bits >>> 23;
    int fraction = bits & ((1 << 23) - 1);
    return shortest(
        text,
        exponent == 0 ? fraction : fraction | (1 << 23),
        Math.max(exponent, 1) - 150,
        fraction == 0 && exponent > 1);
  }

  /**
   * Adds the shortest decimal that rounds to {@code mantissa * 2^exponent}, the nearest if there
   * are several.
   *
   * <p>All such decimals are in an interval of the width {@code 2^exponent}, or three quarters of
   * that if the next lower number is nearer. Let k be the largest integer with 10^k within that
   * width. Then the interval contains at least one multiple of 10^k, and at most one multiple of
   * 10^(k+1). If it contains the latter, that one has the fewest digits after its zeros are
   * dropped.
   *
   * @param nearBelow whether the next lower number is half as far away as the next higher one
   */
  private static String shortest(
      StringBuilder text, long mantissa, int exponent, boolean nearBelow) {
    int k = (int) Math.floor(exponent * LOG10_2 + (nearBelow ? LOG10_3_4 : 0));
    // The number and both ends of the interval, multiplied by four so that all are integers.
    long number = 4 * mantissa;
    long start = number - (nearBelow ? 1 : 2);
    long end = number + 2;
    int shift = 2 - exponent + k;
    boolean fits = k <= 0 && -k < FIVES.length && shift > 0 && shift < Long.SIZE;
    Scale scale = fits ? new ShortScale(FIVES[-k], shift) : LongScale.of(exponent, k);
    // A number halfway between two mantissas is rounded to the even one.
    boolean inclusive = (mantissa & 1) == 0;
    long first = scale.floor(start) + (inclusive && scale.isWhole(start) ? 0 : 1);
    long last = scale.floor(end) - (!inclusive && scale.isWhole(end) ? 1 : 0);
    long below = scale.floor(number);
    long tens = last / 10 * 10;
    if (tens >= first && tens > 0) {
      return decimal(text, tens, k);
    }
    boolean up = below < first || (below < last && scale.isNearerAbove(number));
    return decimal(text, up ? below + 1 : below, k);
  }

  /** Converts four times a multiple of {@code 2^exponent} to multiples of 10^k. */
  private interface Scale {
    long floor(long number);

    boolean isWhole(long number);

    /**
     * Returns whether to round up: the integer above is nearer than the one below, or as near and
     * even.
     */
    boolean isNearerAbove(long number);
  }

  /** Multiplies by {@code factor} and divides by {@code 2^shift}, in 128 bits. */
  private record ShortScale(long factor, int shift) implements Scale {
    @Override
    public long floor(long number) {
      return (Math.multiplyHigh(number, factor) << (Long.SIZE - shift))
          | ((number * factor) >>> shift);
    }

    @Override
    public boolean isWhole(long number) {
      return remainder(number) == 0;
    }

    @Override
    public boolean isNearerAbove(long number) {
      int side = Long.compareUnsigned(remainder(number), 1L << (shift - 1));
      return side > 0 || (side == 0 && (floor(number) & 1) != 0);
    }

    private long remainder(long number) {
      return number * factor & ((1L << shift) - 1);
    }
  }

  /** Multiplies by one factor and divides by another, of any size. */
  private record LongScale(BigInteger factor, BigInteger divisor) implements Scale {
    static LongScale of(int exponent, int k) {
      BigInteger ten = BigInteger.TEN.pow(Math.abs(k));
      BigInteger two = BigInteger.ONE.shiftLeft(Math.abs(exponent));
      BigInteger factor =
          (exponent > 0 ? two : BigInteger.ONE).multiply(k < 0 ? ten : BigInteger.ONE);
      BigInteger divisor =
          (exponent < 0 ? two : BigInteger.ONE).multiply(k > 0 ? ten : BigInteger.ONE);
      return new LongScale(factor, divisor.shiftLeft(2));
    }

    @Override
    public long floor(long number) {
      return product(number).divide(divisor).longValueExact();
    }

    @Override
    public boolean isWhole(long number) {
      return product(number).mod(divisor).signum() == 0;
    }

    @Override
    public boolean isNearerAbove(long number) {
      int side = product(number).mod(divisor).shiftLeft(1).compareTo(divisor);
      return side > 0 || (side == 0 && (floor(number) & 1) != 0);
    }

    private BigInteger product(long number) {
      return factor.multiply(BigInteger.valueOf(number));
    }
  }

  /** Adds {@code digits * 10^exponent}. The digits may end in zeros. */
  private static String decimal(StringBuilder text, long digits, int exponent) {
    long significant = digits;
    int power = exponent;
    while (significant % 10 == 0) {
      significant /= 10;
      power++;
    }
    String all = Long.toString(significant);
    int point = all.length() + power;
    if (point >= MIN_POINT && point <= MAX_POINT) {
      return plain(text, significant, power);
    }
    text.append(all.charAt(0));
    if (all.length() > 1) {
      text.append('.').append(all, 1, all.length());
    }
    return text.append('e').append(point > 0 ? "+" : "").append(point - 1).toString();
  }

  private static String plain(StringBuilder text, long digits, int exponent) {
    String all = Long.toString(digits);
    int point = all.length() + exponent;
    if (exponent >= 0) {
      return text.append(all).append("0".repeat(exponent)).toString();
    }
    if (point <= 0) {
      return text.append("0.").append("0".repeat(-point)).append(all).toString();
    }
    return text.append(all, 0, point).append('.').append(all, point, all.length()).toString();
  }
}
