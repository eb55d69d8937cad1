package dev.grpcos.gateway.http;

import io.grpc.StatusException;

/** The form of the messages in a body. Confined to one connection. */
interface MessageCodec {
  /** The binary form of protobuf, which needs no conversion. */
  MessageCodec PROTO =
      new MessageCodec() {
        @Override
        public String name() {
          return "proto";
        }

        @Override
        public byte[] request(byte[] body, long line) {
          return body;
        }

        @Override
        public byte[] response(byte[] message) {
          return message;
        }

        @Override
        public MessageCodec fresh() {
          return this;
        }
      };

  /** Returns the name in content types: {@code proto} or {@code json}. */
  String name();

  /**
   * Returns the encoded message of a request.
   *
   * @param line the number of its first line, for errors
   * @throws StatusException if the body is not a message of the method's type
   */
  byte[] request(byte[] body, long line) throws StatusException;

  /**
   * Returns the body for an encoded message.
   *
   * @throws StatusException if the bytes are not a message of the method's type
   */
  byte[] response(byte[] message) throws StatusException;

  /** Returns a codec for the same messages that another thread can use. */
  MessageCodec fresh();
}
