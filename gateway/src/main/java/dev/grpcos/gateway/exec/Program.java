package dev.grpcos.gateway.exec;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.UnsafeByteOperations;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A program that runs, or is about to, at the other end of a connection to {@code grpcos-exec},
 * whose source says what goes over it.
 *
 * <p>One thread writes and one reads, each blocking; {@link #kill} and {@link #close} are for any
 * thread and end a write that blocks, and {@link #close} a read too.
 */
final class Program implements AutoCloseable {
  /** As much input as is taken off one's hands at once, whatever the program does. */
  static final int BLOCK = 64 * 1024;

  private static final int HEADER = 5;

  /** As {@code grpcos-exec} has it. */
  private static final int MOST_START = 1 << 20;

  private static final int NOBODY = -1;

  private final SocketChannel connection;
  private final ByteBuffer received = ByteBuffer.allocate(HEADER + BLOCK).flip();

  private Program(SocketChannel connection) {
    this.connection = connection;
  }

  /**
   * Asks for the program to be started; whether it was is the first event.
   *
   * @param input all of its input, of at most {@link #BLOCK} bytes; null: it will be written
   */
  static Program start(SocketChannel connection, Launch launch, byte @Nullable [] input)
      throws IOException {
    Program program = new Program(connection);
    byte[] start = encode(launch);
    ByteBuffer frames =
        ByteBuffer.allocate(3 * HEADER + start.length + (input == null ? 0 : input.length));
    frames.put((byte) 'S').putInt(start.length).put(start);
    if (input != null) {
      frames.put((byte) 'I').putInt(input.length).put(input);
      frames.put((byte) 'E').putInt(0);
    }
    program.send(frames.flip());
    return program;
  }

  private static byte[] encode(Launch launch) throws IOException {
    List<Integer> groups = launch.user() == null ? List.of() : launch.user().groups();
    int size = 20 + 4 * groups.size() + sizeOf(launch.directory().toString());
    for (String argument : launch.command()) {
      size += sizeOf(argument);
    }
    for (String variable : launch.environment()) {
      size += sizeOf(variable);
    }
    if (size > MOST_START) {
      throw new IOException("arguments and environment take more than 1 MiB");
    }
    ByteBuffer payload = ByteBuffer.allocate(size);
    payload.putInt(launch.user() == null ? NOBODY : launch.user().uid());
    payload.putInt(launch.user() == null ? NOBODY : launch.user().gid());
    payload.putInt(groups.size());
    payload.putInt(launch.command().size());
    payload.putInt(launch.environment().size());
    groups.forEach(payload::putInt);
    put(payload, launch.directory().toString());
    launch.command().forEach(argument -> put(payload, argument));
    launch.environment().forEach(variable -> put(payload, variable));
    return payload.array();
  }

  private static int sizeOf(String text) throws IOException {
    if (text.indexOf('\0') >= 0) {
      throw new IOException("an argument or a variable has a zero byte");
    }
    return text.getBytes(UTF_8).length + 1;
  }

  private static void put(ByteBuffer payload, String text) {
    payload.put(text.getBytes(UTF_8)).put((byte) 0);
  }

  /**
   * Writes to the program's standard input; returns once it is on its way.
   *
   * @throws IOException if the program has ended or is being killed
   */
  void write(byte[] bytes) throws IOException {
    for (int from = 0; from < bytes.length; from += BLOCK) {
      int size = Math.min(BLOCK, bytes.length - from);
      send(
          ByteBuffer.allocate(HEADER + size)
              .put((byte) 'I')
              .putInt(size)
              .put(bytes, from, size)
              .flip());
    }
  }

  /** Ends the program's standard input. */
  void endInput() throws IOException {
    send(ByteBuffer.allocate(HEADER).put((byte) 'E').putInt(0).flip());
  }

  private void send(ByteBuffer frames) throws IOException {
    while (frames.hasRemaining()) {
      connection.write(frames);
    }
  }

  /**
   * Waits for the next event.
   *
   * @throws IOException if what keeps the program is gone; then so is the program
   */
  Event next() throws IOException {
    fill(HEADER);
    char type = (char) received.get();
    int size = received.getInt();
    if (size < 0 || size > BLOCK) {
      throw new IOException("grpcos-exec sent a frame of " + size + " bytes");
    }
    fill(size);
    byte[] payload = new byte[size];
    received.get(payload);
    return switch (type) {
      case 'P' -> new Event.Started(ByteBuffer.wrap(payload).getInt());
      case 'O' -> new Event.Output(UnsafeByteOperations.unsafeWrap(payload));
      case 'R' -> new Event.Errors(UnsafeByteOperations.unsafeWrap(payload));
      case 'M' -> new Event.Metadata(UnsafeByteOperations.unsafeWrap(payload));
      case 'X' -> new Event.Exited(ByteBuffer.wrap(payload).getInt());
      case 'F' -> new Event.NotStarted(new String(payload, UTF_8));
      default -> throw new IOException("grpcos-exec sent a frame of type " + type);
    };
  }

  private void fill(int bytes) throws IOException {
    if (received.remaining() >= bytes) {
      return;
    }
    received.compact();
    while (received.position() < bytes) {
      if (connection.read(received) < 0) {
        throw new EOFException("grpcos-exec is gone");
      }
    }
    received.flip();
  }

  /**
   * Ends the program and all that it started: TERM, and KILL after 2 s. Events go on to the last.
   */
  void kill() {
    try {
      connection.shutdownOutput();
    } catch (IOException e) {
      close(); // which ends it as well
    }
  }

  /** Gives the connection back, and ends the program if it still runs. */
  @Override
  public void close() {
    try {
      connection.close();
    } catch (IOException e) {
      // Nothing of it is left to use.
      return;
    }
  }
}
