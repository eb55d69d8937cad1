package dev.grpcos.gateway.forward;

import io.grpc.ServerCall;
import io.netty.channel.EventLoop;

/**
 * Moves the callbacks of a call to an event loop, in order. Safe for any thread.
 *
 * <p>The end of a call without a cancellation needs no callback: the target ended it.
 */
final class LoopListener extends ServerCall.Listener<Message> {
  private final EventLoop loop;
  private final ServerCall.Listener<Message> target;

  LoopListener(EventLoop loop, ServerCall.Listener<Message> target) {
    this.loop = loop;
    this.target = target;
  }

  @Override
  public void onMessage(Message message) {
    Message lasting = message.own();
    loop.execute(() -> target.onMessage(lasting));
  }

  @Override
  public void onHalfClose() {
    loop.execute(target::onHalfClose);
  }

  @Override
  public void onCancel() {
    loop.execute(target::onCancel);
  }

  @Override
  public void onReady() {
    loop.execute(target::onReady);
  }
}
