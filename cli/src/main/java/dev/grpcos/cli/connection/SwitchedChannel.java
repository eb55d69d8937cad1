package dev.grpcos.cli.connection;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.MethodDescriptor;

/** A channel whose further calls can be directed to another one. Safe for use by any thread. */
final class SwitchedChannel extends Channel {
  private volatile Channel target;

  SwitchedChannel(Channel target) {
    this.target = target;
  }

  /** Directs further calls to this channel. */
  void switchTo(Channel next) {
    target = next;
  }

  @Override
  public <Q, R> ClientCall<Q, R> newCall(MethodDescriptor<Q, R> method, CallOptions options) {
    return target.newCall(method, options);
  }

  @Override
  public String authority() {
    return target.authority();
  }
}
