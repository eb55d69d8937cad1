package dev.grpcos.cli.filter;

import dev.grpcos.gateway.json.JsonText;
import java.io.IOException;
import java.io.OutputStream;

/** The output of a filter's results. */
public interface FilterOutput {
  /** Returns whether strings are written without quotes. */
  boolean raw();

  /** Writes a result as JSON. */
  void write(JsonText value, OutputStream stream) throws IOException;

  /** Writes a string without quotes. */
  void write(String value, OutputStream stream) throws IOException;
}
