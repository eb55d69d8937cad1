package dev.grpcos.cli.call;

import com.google.common.io.ByteStreams;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Leaves a message as it is encoded, so that the transport's thread is not kept by parsing. */
enum Bytes implements Marshaller<byte[]> {
  MARSHALLER;

  @Override
  public InputStream stream(byte[] message) {
    return new ByteArrayInputStream(message);
  }

  @Override
  public byte[] parse(InputStream stream) {
    try {
      return ByteStreams.toByteArray(stream);
    } catch (IOException e) {
      throw Status.INTERNAL
          .withDescription("a message can't be read")
          .withCause(e)
          .asRuntimeException();
    }
  }
}
