package dev.grpcos.gateway.http;

import dev.grpcos.gateway.call.Decompression;
import dev.grpcos.gateway.call.EncodedRequest;
import dev.grpcos.gateway.call.Encodings;
import io.grpc.StatusException;
import java.util.Set;
import java.util.function.LongConsumer;

/**
 * Reads the requests of a call with JSON.
 *
 * @param encoding the encoding of compressed requests
 * @param limit the maximum number of bytes of a request after decompression
 * @param codec converts the requests
 */
record GrpcJsonReader(String encoding, int limit, MessageCodec codec) {
  /** The encodings in which a few bytes contain at most a thousand times as many. */
  private static final Set<String> BOUNDED = Set.of(Encodings.GZIP, "deflate", "snappy");

  /** Returns whether {@link #read} would block an event loop too long. */
  boolean isLarge(EncodedRequest request) {
    return (request.compressed() && !BOUNDED.contains(encoding))
        || new ReceivedMessage(request.bytes(), request.compressed(), 1, limit).isLarge(codec);
  }

  /**
   * Returns the request in protobuf.
   *
   * @param charge receives the sizes of decompressed parts, and of other forms of a large request;
   *     may throw StatusRuntimeException
   * @throws StatusException if the request is not valid, or is too large
   */
  byte[] read(EncodedRequest request, LongConsumer charge) throws StatusException {
    byte[] json =
        request.compressed()
            ? Decompression.decompress(encoding, request.bytes(), limit, charge)
            : request.bytes();
    // An empty message is an empty request, as in protobuf.
    return json.length == 0
        ? json
        : new ReceivedMessage(json, false, 1, limit).encoded(codec, charge);
  }

  /** Returns a reader of the same requests that another thread can use. */
  GrpcJsonReader fresh() {
    return new GrpcJsonReader(encoding, limit, codec.fresh());
  }
}
