package dev.grpcos.gateway.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Random;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NumberTextTest {
  @ParameterizedTest
  @CsvSource({
    "1.7e9, 1700000000",
    "3, 3",
    "-0.0, -0",
    "1e-4, 0.0001",
    "1e-6, 0.000001",
    "9.99e-7, 9.99e-7",
    "1e20, 100000000000000000000",
    "123456789012345680000, 123456789012345680000",
    "1e21, 1e+21",
    "-2.5e30, -2.5e+30",
    "5e-324, 5e-324",
    "1.7976931348623157e308, 1.7976931348623157e+308",
    "2e-3, 0.002",
    "8.41e21, 8.41e+21",
    "2e23, 2e+23",
    "9007199254740993, 9007199254740992",
    "2251799813685247.75, 2251799813685247.8",
    "0.1, 0.1"
  })
  void doublesHaveReadableText(double number, String text) {
    assertThat(NumberText.of(number)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "8080, 8080",
    "0.1, 0.1",
    "1.4e-45, 1e-45",
    "3.4028235e38, 3.4028235e+38",
    "16777216, 16777216",
    "-0.0, -0",
    "1.17549435e-38, 1.1754944e-38"
  })
  void floatsAreWrittenWithTheDigitsOfAFloat(float number, String text) {
    assertThat(NumberText.of(number)).isEqualTo(text);
  }

  @Test
  void textIsTheShortestAndTheNearest() {
    Random random = new Random(1);
    for (int exponent = -1074; exponent < 1024; exponent++) {
      double power = Math.scalb(1.0, exponent);
      check(power);
      check(Math.nextUp(power));
      check(Math.nextDown(power));
    }
    for (int i = 0; i < 5000; i++) {
      check(Double.longBitsToDouble(random.nextLong()));
      check(random.nextDouble() * 1000);
      check(random.nextInt(100_000) / Math.pow(10, random.nextInt(12)));
    }
    for (int exponent = -149; exponent < 128; exponent++) {
      float power = Math.scalb(1.0f, exponent);
      check(power);
      check(Math.nextUp(power));
      check(Math.nextDown(power));
    }
    for (int i = 0; i < 5000; i++) {
      check(Float.intBitsToFloat(random.nextInt()));
    }
  }

  private static void check(double number) {
    if (Double.isFinite(number) && number != 0) {
      check(NumberText.of(number), new BigDecimal(number), text -> text.doubleValue() == number);
    }
  }

  private static void check(float number) {
    if (Float.isFinite(number) && number != 0) {
      check(NumberText.of(number), new BigDecimal(number), text -> text.floatValue() == number);
    }
  }

  private static void check(String text, BigDecimal exact, Predicate<BigDecimal> readsBack) {
    BigDecimal written = new BigDecimal(text);
    assertThat(readsBack.test(written)).as(text).isTrue();
    BigDecimal distance = written.subtract(exact).abs();
    int digits = written.stripTrailingZeros().precision();
    for (RoundingMode mode : new RoundingMode[] {RoundingMode.DOWN, RoundingMode.UP}) {
      if (digits > 1) {
        BigDecimal shorter = exact.round(new MathContext(digits - 1, mode));
        assertThat(readsBack.test(shorter)).as("%s instead of %s", shorter, text).isFalse();
      }
      BigDecimal other = exact.round(new MathContext(digits, mode));
      if (readsBack.test(other)) {
        assertThat(other.subtract(exact).abs()).as(text).isGreaterThanOrEqualTo(distance);
      }
    }
  }
}
