package dev.grpcos.gateway.http;

import io.grpc.Status;
import io.grpc.StatusException;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * A body with the form of a stream for a method that takes one request. The request is returned
 * when it is certain that no other follows.
 */
final class SingleMessage implements RequestBody {
  private final RequestBody body;
  private final String method;
  private final int limit;
  private boolean ended;
  private boolean taken;

  /**
   * Creates an empty body.
   *
   * @param limit the maximum number of bytes of the request
   */
  SingleMessage(RequestBody body, String method, int limit) {
    this.body = body;
    this.method = method;
    this.limit = limit;
  }

  @Override
  public void add(ByteBuf content) throws StatusException {
    body.add(content);
    if (body.waiting() - EnvelopeBody.PREFIX_BYTES > limit) {
      throw WholeBody.tooLarge(limit);
    }
  }

  private StatusException refused(String count) {
    return Status.UNIMPLEMENTED
        .withDescription("%s takes one request, got %s".formatted(method, count))
        .asException();
  }

  @Override
  public void end() {
    ended = true;
    body.end();
  }

  @Override
  public @Nullable ReceivedMessage next() throws StatusException {
    if (!ended || taken) {
      return null;
    }
    taken = true;
    ReceivedMessage message = body.next();
    if (message == null) {
      throw refused("none");
    }
    if (body.next() != null) {
      throw refused("more");
    }
    return message;
  }

  @Override
  public int waiting() {
    return body.waiting();
  }

  @Override
  public boolean isStream() {
    return false;
  }
}
