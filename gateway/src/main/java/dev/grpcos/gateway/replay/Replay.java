package dev.grpcos.gateway.replay;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import dev.grpcos.gateway.call.EncodedMessage;
import dev.grpcos.gateway.reflection.DescriptorIndex;
import dev.grpcos.gateway.reflection.ServedTypes;
import dev.grpcos.gateway.route.Route;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerServiceDefinition;
import io.netty.channel.EventLoopGroup;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** A recording that can be replayed: answers calls of the services that it has calls of. */
public final class Replay {
  private final RecordingReader recording;
  private final ReplayOptions options;

  private Replay(RecordingReader recording, ReplayOptions options) {
    this.recording = recording;
    this.options = options;
  }

  /**
   * Reads a recording.
   *
   * @param in the file, which is read to its end
   * @param name the name of the file in messages
   * @param schema descriptors in addition to those in the recording, which come first
   * @throws RecordingException if the recording is not valid
   */
  public static Replay read(
      InputStream in, String name, List<FileDescriptorProto> schema, ReplayOptions options)
      throws RecordingException {
    RecordingReader recording = new RecordingReader(name, IgnoredFields.parse(options.ignored()));
    recording.read(in, schema);
    return new Replay(recording, options);
  }

  /** Returns what cannot be replayed, one line each. */
  public List<String> notes() {
    return recording.notes();
  }

  /** Returns the full names of the services, sorted. */
  public List<String> services() {
    Set<String> services = new TreeSet<>();
    recording
        .calls()
        .forEach(call -> services.add(call.method().substring(0, call.method().indexOf('/'))));
    return List.copyOf(services);
  }

  /**
   * Returns routes that answer calls from the recording.
   *
   * @param loops run the timers
   */
  public List<Route> routes(EventLoopGroup loops) {
    ReplayScript script = new ReplayScript(recording.name(), recording.calls(), options.inOrder());
    DescriptorIndex index = recording.index();
    List<Route> routes = new ArrayList<>();
    for (String service : services()) {
      routes.add(
          new Route.ReplayRoute(
              definition(service, recording.types(), script, loops), () -> index));
    }
    return routes;
  }

  private ServerServiceDefinition definition(
      String name, ServedTypes types, ReplayScript script, EventLoopGroup loops) {
    ServerServiceDefinition.Builder definition = ServerServiceDefinition.builder(name);
    ServiceDescriptor service = types.service(name);
    if (service == null) {
      throw new IllegalStateException("the schema had service " + name);
    }
    for (MethodDescriptor descriptor : service.getMethods()) {
      ReplayedMethod method =
          new ReplayedMethod(descriptor, types, IgnoredFields.parse(options.ignored()));
      definition.addMethod(
          io.grpc.MethodDescriptor.<byte[], byte[]>newBuilder()
              .setType(type(descriptor))
              .setFullMethodName(method.fullName())
              .setRequestMarshaller(EncodedMessage.MARSHALLER)
              .setResponseMarshaller(EncodedMessage.MARSHALLER)
              .build(),
          (call, headers) ->
              new ReplayedCall(method, script, options.latency(), call, loops).begin());
    }
    return definition.build();
  }

  private static MethodType type(MethodDescriptor method) {
    if (method.isClientStreaming()) {
      return method.isServerStreaming() ? MethodType.BIDI_STREAMING : MethodType.CLIENT_STREAMING;
    }
    return method.isServerStreaming() ? MethodType.SERVER_STREAMING : MethodType.UNARY;
  }
}
