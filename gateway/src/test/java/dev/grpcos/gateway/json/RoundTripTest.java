package dev.grpcos.gateway.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Tests that random messages survive conversion to JSON and back, compared with JsonFormat. {@code
 * -Dgrpcos.soak=true} tries more of them.
 */
class RoundTripTest {
  private static final int FACTOR = Boolean.getBoolean("grpcos.soak") ? 4 : 1;

  private static final Pattern EMPTY_OBJECT = Pattern.compile("\\{\\n *\\}");

  /** A string, or a number as the first group. */
  private static final Pattern TOKEN =
      Pattern.compile("\"(?:[^\"\\\\]|\\\\.)*+\"|(-?[0-9]+(?:\\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)");

  private static final JsonFormat.Printer PRINTER =
      JsonFormat.printer().usingTypeRegistry(TestSchema.TYPES.typeRegistry());
  private static final JsonFormat.Parser PARSER =
      JsonFormat.parser().usingTypeRegistry(TestSchema.TYPES.typeRegistry());

  @ParameterizedTest
  @CsvSource({
    "jsontest.Everything, 500",
    "jsontest.two.Legacy, 250",
    "jsontest.edition.Modern, 250",
    "jsontest.Crossed, 25"
  })
  void outputOfJsonFormatIsReadAsTheSameMessage(String name, int count) throws Exception {
    Descriptor type = TestSchema.type(name);
    RandomMessages messages = new RandomMessages(1);
    for (int i = 0; i < FACTOR * count; i++) {
      DynamicMessage message = messages.message(type);
      // Swapped names affect only the parser of JsonFormat, not its printer.
      assertThat(read(type, PRINTER.print(message))).isEqualTo(message);
      assertThat(read(type, PRINTER.omittingInsignificantWhitespace().print(message)))
          .isEqualTo(message);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "jsontest.Everything, 500",
    "jsontest.two.Legacy, 250",
    "jsontest.edition.Modern, 250"
  })
  void outputIsReadAsTheSameMessageByJsonFormatAndHere(String name, int count) throws Exception {
    Descriptor type = TestSchema.type(name);
    RandomMessages messages = new RandomMessages(2);
    ResponseWriter writer = new ResponseWriter(TestSchema.TYPES, JsonStyle.COMPACT);
    for (int i = 0; i < FACTOR * count; i++) {
      DynamicMessage message = messages.message(type);
      String json = writer.toJson(message);
      assertThat(json).doesNotContain("\n");
      DynamicMessage.Builder judged = DynamicMessage.newBuilder(type);
      PARSER.merge(json, judged);
      assertThat(judged.build()).isEqualTo(message);
      assertThat(read(type, json)).isEqualTo(message);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "false, false, false, false",
    "true, false, false, false",
    "false, true, false, true",
    "true, true, true, false",
    "true, false, false, true",
    "false, false, true, false"
  })
  void outputEqualsJsonFormatExceptForHtmlEscapesAndNumbers(
      boolean pretty, boolean emitDefaults, boolean enumNumbers, boolean protoNames)
      throws Exception {
    JsonFormat.Printer printer = PRINTER;
    printer = pretty ? printer : printer.omittingInsignificantWhitespace();
    printer = emitDefaults ? printer.alwaysPrintFieldsWithNoPresence() : printer;
    printer = enumNumbers ? printer.printingEnumsAsInts() : printer;
    printer = protoNames ? printer.preservingProtoFieldNames() : printer;
    ResponseWriter writer =
        new ResponseWriter(
            TestSchema.TYPES, new JsonStyle(pretty, emitDefaults, enumNumbers, protoNames));
    RandomMessages messages = new RandomMessages(3);
    for (String name :
        new String[] {"jsontest.Everything", "jsontest.two.Legacy", "jsontest.edition.Modern"}) {
      for (int i = 0; i < FACTOR * 125; i++) {
        Message message = messages.message(TestSchema.type(name));
        assertThat(withRoundedNumbers(writer.toJson(message)))
            .isEqualTo(withRoundedNumbers(withoutHtmlEscapes(printer.print(message))));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"false, false", "true, false", "false, true", "true, true"})
  void lineFormattedLaterEqualsIndentedOutput(boolean pretty, boolean coloured) throws Exception {
    ResponseWriter line = new ResponseWriter(TestSchema.TYPES, JsonStyle.COMPACT);
    ResponseWriter writer =
        new ResponseWriter(TestSchema.TYPES, new JsonStyle(pretty, false, false, false));
    JsonLayout layout = new JsonLayout(pretty, coloured);
    RandomMessages messages = new RandomMessages(5);
    for (int i = 0; i < FACTOR * 125; i++) {
      Message message = messages.message(TestSchema.type("jsontest.Everything"));
      ByteArrayOutputStream laidOut = new ByteArrayOutputStream();
      line.write(message, layout, laidOut);
      // The writer escapes control characters in values, so all others belong to the layout.
      String plain = laidOut.toString(UTF_8).replaceAll("\u001b\\[[0-9;]*m", "");
      assertThat(plain).isEqualTo(writer.toJson(message) + "\n");
    }
  }

  @Test
  void coloursDistinguishKeysFromValues() throws Exception {
    JsonText text = new JsonText();
    text.put("{\"a\":[\"x\\\"}\",1,null,true],\"b\":{}}");
    ByteArrayOutputStream laidOut = new ByteArrayOutputStream();
    new JsonLayout(false, true).write(text, laidOut);
    assertThat(laidOut.toString(UTF_8).replace('\u001b', '~'))
        .isEqualTo(
            "{~[34;1m\"a\"~[0m:[~[32m\"x\\\"}\"~[0m,~[36m1~[0m,~[90mnull~[0m,~[36mtrue~[0m],"
                + "~[34;1m\"b\"~[0m:{}}\n");
  }

  @Test
  void extensionsSurviveJson() {
    Descriptor type = TestSchema.type("jsontest.two.Legacy");
    String json =
        "{\"name\":\"n\",\"[jsontest.two.nick_name]\":\"nick\","
            + "\"[jsontest.two.lucky_numbers]\":[7,13],\"[jsontest.two.other_size]\":\"SIZE_SMALL\","
            + "\"[jsontest.two.Extra.extra]\":{\"rank\":3}}";
    DynamicMessage message = read(type, json);
    assertThat(message.getAllFields()).hasSize(5);
    assertThat(new ResponseWriter(TestSchema.TYPES, JsonStyle.COMPACT).toJson(message))
        .isEqualTo(json);
  }

  private static DynamicMessage read(Descriptor type, String json) {
    JsonReader reader =
        new JsonReader(
            new ByteArrayInputStream(json.getBytes(UTF_8)), "stdin", Integer.MAX_VALUE, false);
    return new RequestReader(type, TestSchema.TYPES).read(Objects.requireNonNull(reader.next()));
  }

  /** Formats numbers with 6 digits, because JsonFormat prints them in another way. */
  private static String withRoundedNumbers(String json) {
    return TOKEN
        .matcher(json)
        .replaceAll(
            token ->
                token.group(1) == null
                    ? Matcher.quoteReplacement(token.group())
                    : new BigDecimal(token.group()).round(new MathContext(6)).toString())
        .replaceAll("(?<=[:,\\[ ])-?0(E\\d+|\\.0+)(?=[,}\\]\\n])", "0");
  }

  /** Removes HTML escapes. A backslash after an even number of backslashes begins an escape. */
  private static String withoutHtmlEscapes(String json) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < json.length(); i++) {
      if (json.charAt(i) != '\\') {
        text.append(json.charAt(i));
        continue;
      }
      switch (json.startsWith("u00", i + 1) ? json.substring(i + 4, i + 6) : "") {
        case "3c", "3e", "26", "3d", "27" -> {
          text.append((char) Integer.parseInt(json.substring(i + 4, i + 6), 16));
          i += 5;
        }
        default -> text.append(json, i, ++i + 1);
      }
    }
    return EMPTY_OBJECT.matcher(text).replaceAll("{}");
  }
}
