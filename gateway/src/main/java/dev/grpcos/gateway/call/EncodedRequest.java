package dev.grpcos.gateway.call;

import io.grpc.KnownLength;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * A request as it arrived.
 *
 * @param compressed the compressed flag of the message
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record EncodedRequest(byte[] bytes, boolean compressed) implements KeptMessage {
  public static final Marshaller<EncodedRequest> MARSHALLER = new Reader();

  @Override
  public int size() {
    return bytes.length;
  }

  @Override
  public boolean isCompressed() {
    return compressed;
  }

  @Override
  public byte[] keep() {
    return bytes;
  }

  /** A stream of the bytes. {@link EncodedMessage} takes them without a copy. */
  public static final class Content extends ByteArrayInputStream implements KnownLength {
    public Content(byte[] bytes) {
      super(bytes);
    }

    byte[] bytes() {
      return buf;
    }
  }

  private static final class Reader implements Marshaller<EncodedRequest> {
    @Override
    public InputStream stream(EncodedRequest request) {
      return new Content(request.bytes);
    }

    @Override
    public EncodedRequest parse(InputStream stream) {
      try {
        return new EncodedRequest(MessageBytes.read(stream), !(stream instanceof KnownLength));
      } catch (IOException e) {
        throw Status.INTERNAL
            .withDescription("request cannot be read")
            .withCause(e)
            .asRuntimeException();
      }
    }
  }
}
