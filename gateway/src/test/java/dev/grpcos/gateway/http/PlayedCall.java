package dev.grpcos.gateway.http;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.grpcos.proto.helloworld.HelloRequest;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A call to a server that the test plays. */
final class PlayedCall extends ClientCall<byte[], byte[]> {
  final List<byte[]> messages = new ArrayList<>();
  private @Nullable Listener<byte[]> listener;
  boolean halfClosed;
  boolean cancelled;
  int requested;

  Listener<byte[]> listener() {
    return Objects.requireNonNull(listener, "the call has started");
  }

  List<String> names() throws InvalidProtocolBufferException {
    List<String> names = new ArrayList<>();
    for (byte[] message : messages) {
      names.add(HelloRequest.parseFrom(message).getName());
    }
    return names;
  }

  @Override
  public void start(Listener<byte[]> responses, Metadata headers) {
    listener = responses;
  }

  @Override
  public void request(int count) {
    requested += count;
  }

  @Override
  public void cancel(@Nullable String message, @Nullable Throwable cause) {
    cancelled = true;
  }

  @Override
  public void halfClose() {
    halfClosed = true;
  }

  @Override
  public void sendMessage(byte[] message) {
    messages.add(message);
  }
}
