package dev.grpcos.cli.suites;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** The form of {@code --input binary} and {@code -o binary}: a message after its length. */
final class Delimited {
  private Delimited() {}

  static byte[] write(ByteString message) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      CodedOutputStream out = CodedOutputStream.newInstance(bytes);
      out.writeBytesNoTag(message);
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  static ByteString read(byte[] delimited) throws IOException {
    return CodedInputStream.newInstance(delimited).readBytes();
  }
}
