package dev.grpcos.cli.output;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.StringValue;
import com.google.protobuf.TextFormat;
import dev.grpcos.gateway.text.PrintableText;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.junit.jupiter.api.Test;

final class ResponseFormTest {
  @Test
  void textFormatHasNoControlCharactersAndReadsBack() throws IOException {
    StringValue message =
        StringValue.of("\u0000\u0007\u001b[2J\r\n\t\u007f\u009b1m\u202e\u2069\u00fc\"\\");
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    ResponseForm.text(new PrintedTypes(null)).write(message, written);
    String line = written.toString(UTF_8).stripTrailing();
    assertThat(line.codePoints().filter(PrintableText::isUnsafe)).isEmpty();
    assertThat(TextFormat.parse(line, StringValue.class)).isEqualTo(message);
  }
}
