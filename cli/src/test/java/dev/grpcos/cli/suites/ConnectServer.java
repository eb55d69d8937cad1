package dev.grpcos.cli.suites;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
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
   * Starts a server that speaks gRPC.
   *
   * @param request the runner's request, perhaps for another protocol
   */
  ConnectServer(Path program, byte[] request, CompiledProtos protos) throws IOException {
    this(program, protos, overGrpc(request, protos));
  }

  private ConnectServer(Path program, CompiledProtos protos, byte[] request) throws IOException {
    type = protos.message(ConnectProtos.PACKAGE + "ServerCompatResponse");
    process = new ProcessBuilder(program.toString()).redirectError(Redirect.DISCARD).start();
    try (DataOutputStream out = new DataOutputStream(process.getOutputStream())) {
      out.writeInt(request.length);
      out.write(request);
    }
    DataInputStream in = new DataInputStream(process.getInputStream());
    response = DynamicMessage.parseFrom(type, in.readNBytes(in.readInt()));
  }

  private static byte[] overGrpc(byte[] request, CompiledProtos protos) throws IOException {
    Descriptor type = protos.message(ConnectProtos.PACKAGE + "ServerCompatRequest");
    FieldDescriptor protocol = type.findFieldByName("protocol");
    FieldDescriptor version = type.findFieldByName("http_version");
    return DynamicMessage.parseFrom(type, request).toBuilder()
        .setField(protocol, protocol.getEnumType().findValueByName("PROTOCOL_GRPC"))
        .setField(version, version.getEnumType().findValueByName("HTTP_VERSION_2"))
        .build()
        .toByteArray();
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
