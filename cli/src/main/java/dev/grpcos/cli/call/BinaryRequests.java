package dev.grpcos.cli.call;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import dev.grpcos.gateway.json.WireMessage;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Requests in the wire format, each after its length as a varint. */
final class BinaryRequests extends StreamRequests {
  BinaryRequests(Descriptor type, MeteredInput in, String input, int maxBytes) {
    super(type, in, input, maxBytes);
  }

  @Override
  @Nullable DynamicMessage read() {
    try {
      int first = in.read();
      if (first < 0) {
        return null;
      }
      number++;
      int length = length(first);
      if (length < 0 || length > maxBytes) {
        throw bad(
            "its length is %s bytes, over the limit of %d: raise --max-message-size, or check that"
                + " the input has the form that -o binary prints",
            Integer.toUnsignedString(length), maxBytes);
      }
      byte[] bytes = in.readNBytes(length);
      if (bytes.length < length) {
        throw bad("the input ends after %d of its %d bytes", bytes.length, length);
      }
      return WireMessage.parse(type, UnsafeByteOperations.unsafeWrap(bytes));
    } catch (InvalidProtocolBufferException e) {
      throw bad("not a %s: %s", type.getFullName(), e.getMessage());
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  private int length(int first) throws IOException {
    try {
      return CodedInputStream.readRawVarint32(first, in);
    } catch (InvalidProtocolBufferException e) {
      throw bad("its length is not a varint, or the input ends in it");
    }
  }
}
