package dev.grpcos.gateway.http;

import dev.grpcos.gateway.limit.MessageAccount;
import io.grpc.StatusRuntimeException;

/**
 * Charges the large messages of a response until the connection has sent them. Confined to the
 * connection's event loop.
 */
final class UnsentResponse {
  private final HttpReply reply;
  private final MessageAccount account;

  /** Whether a message was charged. */
  private boolean charged;

  UnsentResponse(HttpReply reply, MessageAccount account) {
    this.reply = reply;
    this.account = account;
  }

  /**
   * Charges a message if it is large.
   *
   * @throws StatusRuntimeException if it does not fit
   */
  void add(byte[] message) {
    if (message.length > ReceivedMessage.LARGE) {
      charged = true;
      account.add(message.length);
    }
  }

  /** Releases the messages that the connection, which is writable, has sent. */
  void release() {
    if (charged && reply.isBegun()) {
      account.release();
      account.begin();
    }
  }

  /** Releases all messages when the connection has sent the complete response. */
  void releaseWhenSent() {
    if (charged) {
      reply.whenSent(account::close);
    }
  }
}
