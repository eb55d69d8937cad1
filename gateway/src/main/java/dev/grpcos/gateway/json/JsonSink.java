package dev.grpcos.gateway.json;

import java.io.IOException;
import java.io.OutputStream;

/** An output for JSON values. It may format or filter them. */
@FunctionalInterface
public interface JsonSink {
  /**
   * Writes a value or its filtered results. Each line ends with a line feed.
   *
   * @param value one value; the method must not change or keep it
   * @throws IOException if the stream fails
   */
  void write(JsonText value, OutputStream stream) throws IOException;
}
