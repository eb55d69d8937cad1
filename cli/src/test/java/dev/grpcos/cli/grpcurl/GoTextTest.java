package dev.grpcos.cli.grpcurl;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests numbers, durations and JSON in the form of programs in Go. */
final class GoTextTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "-0.0, -0",
    "1, 1",
    "0.1, 0.1",
    "-1.5, -1.5",
    "123456, 123456",
    "1234567, 1.234567e+06",
    "1000000, 1e+06",
    "0.0001, 0.0001",
    "0.00001, 1e-05",
    "1e21, 1e+21",
    "1e-300, 1e-300",
    "1.7976931348623157e308, 1.7976931348623157e+308"
  })
  void numbersHaveAnExponentFromAMillion(double number, String text) {
    assertThat(GoNumbers.shortest(number)).isEqualTo(text);
  }

  @Test
  void singlePrecisionNeedsFewerDigits() {
    assertThat(GoNumbers.shortest(0.1f)).isEqualTo("0.1");
    assertThat(GoNumbers.shortest(16777216f)).isEqualTo("1.6777216e+07");
    assertThat(GoNumbers.fixed(0.1f)).isEqualTo("0.100000");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0s",
    "999, 999ns",
    "1500, 1.5µs",
    "2000000, 2ms",
    "1234567, 1.234567ms",
    "1000000000, 1s",
    "90500000000, 1m30.5s",
    "3600000000000, 1h0m0s"
  })
  void durationsHaveTheUnitOfTheirSize(long nanos, String text) {
    assertThat(GrpcurlTiming.text(nanos)).isEqualTo(text);
  }

  @Test
  void jsonHasOneLineForEachPart() {
    GrpcurlJsonValue value =
        new GrpcurlJsonValue.JsonMembers(
            Map.of(
                "a",
                new GrpcurlJsonValue.JsonElements(
                    List.of(
                        GrpcurlJsonValue.string("<\u2028\u0001\"\n>"),
                        new GrpcurlJsonValue.JsonMembers(Map.of()),
                        new GrpcurlJsonValue.JsonElements(List.of())))));
    assertThat(value.text())
        .isEqualTo(
            """
            {
              "a": [
                "\\u003c\\u2028\\u0001\\"\\n\\u003e",
                {},
                []
              ]
            }\
            """);
    assertThat(value.line()).isEqualTo("{\"a\":[\"\\u003c\\u2028\\u0001\\\"\\n\\u003e\",{},[]]}");
  }
}
