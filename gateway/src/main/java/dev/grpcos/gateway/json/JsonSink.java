package dev.grpcos.gateway.json;

import java.io.IOException;
import java.io.OutputStream;

/** Writes JSON values to an output: laid out, or filtered. */
@FunctionalInterface
public interface JsonSink {
  /**
   * Writes a value, or what is made of it; each line ends with a line feed.
   *
   * @param value one value, which is neither changed nor kept
   * @throws IOException if the stream fails
   */
  void write(JsonText value, OutputStream stream) throws IOException;
}
