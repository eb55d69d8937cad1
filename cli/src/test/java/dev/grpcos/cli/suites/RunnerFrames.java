package dev.grpcos.cli.suites;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * Messages on a connection, each after its length in four bytes. One thread reads; any thread
 * writes.
 */
final class RunnerFrames {
  private final SocketChannel connection;
  private final ByteOrder order;

  RunnerFrames(SocketChannel connection, ByteOrder order) {
    this.connection = connection;
    this.order = order;
  }

  /** Returns the next message, or null at the end. */
  byte @Nullable [] next() throws IOException {
    ByteBuffer length = ByteBuffer.allocate(4).order(order);
    if (connection.read(length) < 0) {
      return null;
    }
    fill(length);
    ByteBuffer message = ByteBuffer.allocate(length.getInt(0));
    fill(message);
    return message.array();
  }

  private void fill(ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) {
      if (connection.read(buffer) < 0) {
        throw new EOFException("the end is in a message");
      }
    }
  }

  synchronized void send(byte[] message) throws IOException {
    ByteBuffer frame = ByteBuffer.allocate(4 + message.length).order(order);
    frame.putInt(message.length).put(message).flip();
    while (frame.hasRemaining()) {
      int unused = connection.write(frame);
    }
  }
}
