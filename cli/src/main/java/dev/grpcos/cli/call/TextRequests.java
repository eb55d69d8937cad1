package dev.grpcos.cli.call;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.DynamicMessage;
import dev.grpcos.cli.textformat.TextFormatException;
import dev.grpcos.cli.textformat.TextFormatReader;
import dev.grpcos.gateway.json.Types;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import org.jspecify.annotations.Nullable;

/** Requests in protobuf's text format, separated by record separators (U+001E). */
final class TextRequests extends StreamRequests {
  private static final int SEPARATOR = 0x1E;

  private final TextFormatReader reader;
  private boolean ended;

  /**
   * Creates a reader of requests from a stream.
   *
   * @param types the extensions, and the message types that an Any may contain
   * @param allowUnknown whether unknown fields and unknown enum values are ignored
   * @param input the stream's name in messages
   * @param maxBytes the maximum length of the text of one request
   */
  TextRequests(
      Descriptor type,
      Types types,
      boolean allowUnknown,
      MeteredInput in,
      String input,
      int maxBytes) {
    super(type, in, input, maxBytes);
    this.reader = new TextFormatReader(type, types, allowUnknown);
  }

  /**
   * Returns the next request. White space after the last separator is not a request; between two
   * separators it is an empty request.
   */
  @Override
  @Nullable DynamicMessage read() {
    if (ended) {
      return null;
    }
    number++;
    String text = text();
    return ended && text.isBlank() ? null : parse(text);
  }

  private String text() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      int b = in.read();
      for (; b >= 0 && b != SEPARATOR; b = in.read()) {
        if (bytes.size() == maxBytes) {
          throw bad("longer than %d bytes: raise --max-message-size to send it", maxBytes);
        }
        bytes.write(b);
      }
      ended = b < 0;
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes.toByteArray())).toString();
    } catch (CharacterCodingException e) {
      throw bad("not UTF-8");
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  private DynamicMessage parse(String text) {
    DynamicMessage request;
    try {
      request = reader.read(text);
    } catch (TextFormatException e) {
      throw bad("not a %s in text format: %s", type.getFullName(), e.getMessage());
    }
    if (!request.isInitialized()) {
      throw bad(
          "required, but not given: %s", String.join(", ", request.findInitializationErrors()));
    }
    return request;
  }
}
