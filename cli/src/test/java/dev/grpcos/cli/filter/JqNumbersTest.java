package dev.grpcos.cli.filter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.gateway.json.JsonLayout;
import dev.grpcos.gateway.json.JsonText;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JqNumbersTest {
  private static final char NO_QUOTE = '`';

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = NO_QUOTE,
      value = {
        ".at                       = 1700000000",
        ".at+0.5                   = 1700000000.5",
        ".small                    = 0.00002",
        ".at*1e20                  = 1.7e+29",
        ".small, [.small]          = 0.00002 [0.00002]",
        "[.small]|tojson           = [0.00002]",
        ".small|tostring           = 0.00002",
        "\"t\\(.small)\"           = t0.00002",
        "\"t\\(.at/7)\"            = t242857142.85714287",
        "\"a\\(\"b\\(.small)\")\"  = ab0.00002",
        "[.small]|@csv             = 0.00002",
        "[.at/7]|@tsv              = 242857142.85714287",
        ".small|@text              = 0.00002",
        "@html \"<\\(.small)>\"    = <0.00002>",
        ".small|@uri               = 0.00002",
        "[.small, \"x\"]|join(\"-\") = 0.00002-x",
        "{\"k\\(.at)\": .small}    = {\"k1700000000\":0.00002}",
        "1.50                      = 1.5",
        "infinite                  = 1.7976931348623157e+308",
        "nan                       = null",
        ".large                    = 999999999999999900000",
        ".large*1                  = 999999999999999900000",
        ".large*2                  = 1.9999999999999997e+21",
        ".large+1, 1-.large        = 999999999999999900000 -999999999999999900000",
        "[.long, .long]|add        = 18014398509481988",
        ".long*1000                = 9007199254740994000",
        ".long, -.long             = 9007199254740994 -9007199254740994",
        ".large>.long              = true",
        "[.large]|@csv             = 999999999999999900000",
        ".large|type, tojson       = number 999999999999999900000"
      })
  void numbersAreWrittenAsInResponses(String expressionAndResult) throws IOException {
    String[] parts = expressionAndResult.split(" += ?", 2);
    assertThat(filtered(parts[0])).isEqualTo(parts[1].replace(' ', '\n') + "\n");
  }

  private static String filtered(String expression) throws IOException {
    JsonText value = new JsonText();
    value.put(
        "{\"at\":1700000000,\"small\":0.00002,\"long\":9007199254740994,"
            + "\"large\":999999999999999900000}");
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    JqFilter.compile(
            expression, "response", new PrintedResults(new JsonLayout(false, false), true, false))
        .write(value, out);
    return out.toString(UTF_8);
  }
}
