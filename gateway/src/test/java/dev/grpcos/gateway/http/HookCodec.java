package dev.grpcos.gateway.http;

import io.grpc.StatusException;

/** A codec that does something before it converts a request. */
final class HookCodec implements MessageCodec {
  private final MessageCodec codec;
  Runnable hook = () -> {};

  HookCodec(MessageCodec codec) {
    this.codec = codec;
  }

  @Override
  public String name() {
    return codec.name();
  }

  @Override
  public byte[] request(byte[] body, long line) throws StatusException {
    hook.run();
    return codec.request(body, line);
  }

  @Override
  public byte[] response(byte[] message) throws StatusException {
    return codec.response(message);
  }

  @Override
  public MessageCodec fresh() {
    return this;
  }
}
