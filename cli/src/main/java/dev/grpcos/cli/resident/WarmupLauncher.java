package dev.grpcos.cli.resident;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.grpcos.cli.invocation.StreamKind;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;

/**
 * Sends commands to the resident as the launcher does, and discards their output. Its commands read
 * nothing but the input that is part of HELLO. Used by one thread.
 */
public final class WarmupLauncher {
  private final Path gateway;
  private final String release;

  /**
   * @param gateway the path of the gateway's socket
   * @param release the version of grpcos
   */
  public WarmupLauncher(Path gateway, String release) {
    this.gateway = gateway;
    this.release = release;
  }

  /**
   * Runs a command to its end.
   *
   * @param stdin the whole standard input; empty for a command that does not read it
   * @throws IOException if the gateway does not run it
   */
  public void run(String stdin, List<String> arguments) throws IOException {
    byte[] hello = hello(stdin, arguments);
    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(gateway + ".cli"))) {
      ByteBuffer frame = ByteBuffer.allocate(Protocol.HEADER + hello.length);
      frame.put(Protocol.HELLO).putInt(hello.length).put(hello).flip();
      while (frame.hasRemaining()) {
        channel.write(frame);
      }
      DataInputStream frames = new DataInputStream(Channels.newInputStream(channel));
      byte type;
      do {
        type = frames.readByte();
        frames.skipNBytes(frames.readInt());
      } while (type != Protocol.EXIT && type != Protocol.COLD);
    }
  }

  private byte[] hello(String stdin, List<String> arguments) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream hello = new DataOutputStream(bytes);
    hello.writeInt(Protocol.VERSION);
    string(hello, release);
    for (int stream = Protocol.STDIN; stream <= Protocol.STDERR; stream++) {
      hello.writeByte(List.of(StreamKind.values()).indexOf(StreamKind.PIPE));
    }
    hello.writeInt(0);
    string(hello, "/");
    hello.writeInt(arguments.size());
    for (String argument : arguments) {
      string(hello, argument);
    }
    hello.writeInt(1);
    string(hello, "GRPCOS_SOCKET=" + gateway);
    string(hello, stdin);
    hello.writeLong(0); // nothing follows
    return bytes.toByteArray();
  }

  private static void string(DataOutputStream hello, String text) throws IOException {
    byte[] bytes = text.getBytes(UTF_8);
    hello.writeInt(bytes.length);
    hello.write(bytes);
  }
}
