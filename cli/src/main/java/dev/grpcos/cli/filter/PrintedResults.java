package dev.grpcos.cli.filter;

import dev.grpcos.gateway.json.JsonSink;
import dev.grpcos.gateway.json.JsonText;
import dev.grpcos.gateway.text.PrintableText;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Results on standard output.
 *
 * @param layout the output of JSON
 * @param terminal whether control characters in raw strings are escaped, except line feeds and tabs
 */
public record PrintedResults(JsonSink layout, boolean raw, boolean terminal)
    implements FilterOutput {
  @Override
  public void write(JsonText value, OutputStream stream) throws IOException {
    layout.write(value, stream);
  }

  @Override
  public void write(String value, OutputStream stream) throws IOException {
    String text = terminal ? PrintableText.lines(value) : value;
    stream.write((text + "\n").getBytes(StandardCharsets.UTF_8));
  }
}
