package dev.grpcos.gateway.call;

import com.google.common.io.ByteStreams;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.Status;
import java.io.IOException;
import java.io.InputStream;

/**
 * A marshaller that leaves messages encoded, so that the transport's thread does not parse them.
 */
public enum EncodedMessage implements Marshaller<byte[]> {
  MARSHALLER;

  @Override
  public InputStream stream(byte[] message) {
    return new EncodedRequest.Content(message);
  }

  @Override
  public byte[] parse(InputStream stream) {
    if (stream instanceof EncodedRequest.Content content) {
      return content.bytes();
    }
    try {
      return stream instanceof KnownLength
          ? MessageBytes.read(stream)
          : ByteStreams.toByteArray(stream);
    } catch (IOException e) {
      throw Status.INTERNAL
          .withDescription("message cannot be read")
          .withCause(e)
          .asRuntimeException();
    }
  }
}
