package dev.grpcos.cli.json;

import java.io.IOException;
import java.io.OutputStream;

/** What becomes of a JSON value on its way to an output: how it is laid out, or what of it. */
@FunctionalInterface
public interface JsonSink {
  /**
   * Writes what becomes of the value, each line ended.
   *
   * @param value one value; not changed, and not kept
   * @throws IOException if the stream fails
   */
  void write(JsonText value, OutputStream stream) throws IOException;
}
