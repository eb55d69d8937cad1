package dev.grpcos.cli.conformance;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.DynamicMessage;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;

/** The server of Connect's suite, in a separate process. */
final class ConnectServer implements AutoCloseable {
  private final Process process;
  private final Descriptor type;
  private final DynamicMessage response;

  /**
   * Starts a server.
   *
   * @param request the runner's request
   */
  ConnectServer(Path program, byte[] request, CompiledProtos protos) throws IOException {
    type = protos.message(ConnectProtos.PACKAGE + "ServerCompatResponse");
    process = new ProcessBuilder(program.toString()).redirectError(Redirect.DISCARD).start();
    try (DataOutputStream out = new DataOutputStream(process.getOutputStream())) {
      out.writeInt(request.length);
      out.write(request);
    }
    DataInputStream in = new DataInputStream(process.getInputStream());
    response = DynamicMessage.parseFrom(type, in.readNBytes(in.readInt()));
  }

  int port() {
    return new Fields(response).number("port");
  }

  /** Returns the server's response to the runner, with another port. */
  byte[] response(int port) {
    return response.toBuilder()
        .setField(type.findFieldByName("host"), "127.0.0.1")
        .setField(type.findFieldByName("port"), port)
        .build()
        .toByteArray();
  }

  @Override
  public void close() {
    process.destroy();
    process.onExit().join();
  }
}
