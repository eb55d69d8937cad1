package dev.grpcos.gateway.call;

import io.grpc.Codec;
import io.grpc.CompressorRegistry;
import io.grpc.DecompressorRegistry;
import io.grpc.InternalMetadata;
import io.grpc.Metadata;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Set;

/**
 * The message encodings that the gateway accepts.
 *
 * <p>The transports neither compress nor decompress: a message keeps its bytes and its flag. A
 * compressed message is recognized by its stream, which has no {@link io.grpc.KnownLength}; {@code
 * PassThroughTest} checks that grpc-java behaves so.
 */
public final class Encodings {
  /** The encoding that the gateway itself can read and write. */
  public static final String GZIP = "gzip";

  /**
   * The encodings that the gateway's own services read, in the form of {@code
   * grpc-accept-encoding}.
   */
  static final String READABLE = "identity,gzip";

  /** The key of the encodings that a peer accepts, with values as bytes, without a conversion. */
  public static final Metadata.Key<byte[]> ACCEPTED =
      InternalMetadata.keyOf("grpc-accept-encoding", new RawValue());

  private static final Set<String> PASSED = Set.of(GZIP, "deflate", "br", "zstd", "snappy");

  private Encodings() {}

  static boolean passes(String encoding) {
    return encoding.equals("identity") || PASSED.contains(encoding);
  }

  /** Returns decompressors that leave messages unchanged. Gzip is advertised to the peer. */
  public static DecompressorRegistry decompressors() {
    return decompressors(Set.of(GZIP));
  }

  /** Returns decompressors that leave messages unchanged. None is advertised to the peer. */
  public static DecompressorRegistry silentDecompressors() {
    return decompressors(Set.of());
  }

  private static DecompressorRegistry decompressors(Set<String> advertised) {
    DecompressorRegistry registry =
        DecompressorRegistry.emptyInstance().with(Codec.Identity.NONE, false);
    for (String encoding : PASSED) {
      registry = registry.with(new PassThrough(encoding), advertised.contains(encoding));
    }
    return registry;
  }

  /** Returns compressors that leave messages unchanged. */
  public static CompressorRegistry compressors() {
    CompressorRegistry registry = CompressorRegistry.newEmptyInstance();
    registry.register(Codec.Identity.NONE);
    PASSED.forEach(encoding -> registry.register(new PassThrough(encoding)));
    return registry;
  }

  private static final class RawValue implements InternalMetadata.TrustedAsciiMarshaller<byte[]> {
    @Override
    public byte[] toAsciiString(byte[] value) {
      return value;
    }

    @Override
    public byte[] parseAsciiString(byte[] serialized) {
      return serialized;
    }
  }

  private record PassThrough(String encoding) implements Codec {
    @Override
    public String getMessageEncoding() {
      return encoding;
    }

    @Override
    public InputStream decompress(InputStream compressed) {
      return compressed;
    }

    @Override
    public OutputStream compress(OutputStream target) {
      return target;
    }
  }
}
