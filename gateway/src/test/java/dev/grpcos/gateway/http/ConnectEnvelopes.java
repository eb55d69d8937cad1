package dev.grpcos.gateway.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import dev.grpcos.gateway.call.Gzip;
import dev.grpcos.gateway.http.RawHttp1.Response;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/** Writes and reads the envelopes of the Connect protocol. */
final class ConnectEnvelopes {
  private ConnectEnvelopes() {}

  /** Returns an envelope with a message of less than 2 GiB. */
  static byte[] of(int flags, byte[] message) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(flags);
    for (int shift = 24; shift >= 0; shift -= 8) {
      out.write(message.length >> shift);
    }
    out.writeBytes(message);
    return out.toByteArray();
  }

  /** Returns the flags and the decompressed message of each envelope. */
  static List<String> read(Response response) throws Exception {
    ByteString bytes = ByteString.copyFrom(response.bytes());
    List<String> envelopes = new ArrayList<>();
    while (!bytes.isEmpty()) {
      int flags = bytes.byteAt(0);
      int length = bytes.substring(1, 5).asReadOnlyByteBuffer().getInt();
      byte[] message = bytes.substring(5, 5 + length).toByteArray();
      if ((flags & 1) != 0) {
        message = Gzip.decompress(message, 1 << 20);
      }
      envelopes.add(flags + " " + new String(message, UTF_8));
      bytes = bytes.substring(5 + length);
    }
    return envelopes;
  }
}
