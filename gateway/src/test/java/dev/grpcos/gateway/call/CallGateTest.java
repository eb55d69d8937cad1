package dev.grpcos.gateway.call;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class CallGateTest {
  private static final MethodDescriptor<byte[], byte[]> METHOD =
      MethodDescriptor.newBuilder(EncodedMessage.MARSHALLER, EncodedMessage.MARSHALLER)
          .setType(MethodType.UNARY)
          .setFullMethodName("test.Service/Method")
          .build();

  private final CallGate gate = new CallGate();
  private final List<ServedCall> calls = new ArrayList<>();
  private final List<Status> ends = new ArrayList<>();

  private void call() {
    ClientInterceptors.intercept(new CallsChannel(), gate)
        .newCall(METHOD, CallOptions.DEFAULT)
        .start(
            new ClientCall.Listener<>() {
              @Override
              public void onClose(Status status, Metadata trailers) {
                ends.add(status);
              }
            },
            new Metadata());
  }

  @Test
  void closedGateRejectsCalls() throws Exception {
    gate.close();
    call();

    assertThat(calls.get(0).listener).isNull();
    assertThat(ends).containsExactly(Refusal.STOPPING);
  }

  @Test
  void gateIsIdleWhenTheLastCallEnds() throws Exception {
    call();
    call();
    gate.close();
    calls.get(0).end();
    assertThat(gate.awaitIdle(Duration.ZERO)).isFalse();

    calls.get(1).end();
    assertThat(gate.awaitIdle(Duration.ZERO)).isTrue();
    assertThat(ends).containsExactly(Status.OK, Status.OK);
  }

  @Test
  void gateWithoutCallsIsIdle() throws Exception {
    call();
    calls.get(0).end();
    gate.close();

    assertThat(gate.awaitIdle(Duration.ZERO)).isTrue();
  }

  private final class CallsChannel extends Channel {
    @Override
    @SuppressWarnings("unchecked") // the only method
    public <Q, R> ClientCall<Q, R> newCall(MethodDescriptor<Q, R> method, CallOptions options) {
      ServedCall call = new ServedCall();
      calls.add(call);
      return (ClientCall<Q, R>) call;
    }

    @Override
    public String authority() {
      return "test";
    }
  }

  private static final class ServedCall extends ClientCall<byte[], byte[]> {
    private @Nullable Listener<byte[]> listener;

    void end() {
      Objects.requireNonNull(listener, "the call has calls").onClose(Status.OK, new Metadata());
    }

    @Override
    public void start(Listener<byte[]> responses, Metadata headers) {
      listener = responses;
    }

    @Override
    public void request(int count) {}

    @Override
    public void cancel(@Nullable String message, @Nullable Throwable cause) {}

    @Override
    public void halfClose() {}

    @Override
    public void sendMessage(byte[] message) {}
  }
}
