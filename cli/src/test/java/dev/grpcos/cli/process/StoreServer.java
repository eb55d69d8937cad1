package dev.grpcos.cli.process;

import com.google.protobuf.Any;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.rpc.ErrorInfo;
import dev.grpcos.cli.distribution.Command;
import dev.grpcos.cli.distribution.Distribution;
import dev.grpcos.cli.distribution.Outcome;
import dev.grpcos.gateway.channel.EventLoops;
import io.grpc.Context;
import io.grpc.InternalMetadata;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.ProtoServiceDescriptorSupplier;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.protobuf.StatusProto;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/**
 * The services of {@code store.proto} on TCP, with reflection, and on a Unix socket, without. It
 * records the metadata of calls.
 */
final class StoreServer implements AutoCloseable {
  private static final String RESOURCES = "/dev/grpcos/cli/process/grpcurl/";
  private static final List<String> FILES = List.of("options.proto", "legacy.proto", "store.proto");

  /** The keys whose values belong to the client program. */
  private static final Set<String> OWN_KEYS = Set.of("user-agent", "grpc-timeout");

  private final EventLoopGroup loops = new EventLoops(1, "test");
  private final List<Server> servers = new ArrayList<>();
  private final Path folder;
  private final ConcurrentLinkedQueue<ReceivedCall> calls = new ConcurrentLinkedQueue<>();

  /**
   * A call that was received.
   *
   * @param metadata lines, sorted, without the values of the client program itself
   */
  record ReceivedCall(String method, String authority, List<String> metadata) {
    boolean isReflection() {
      return method.contains("Reflection");
    }
  }

  /** Compiles the files into a folder and starts the servers. */
  StoreServer(Path folder) throws Exception {
    this.folder = folder;
    for (String file : FILES) {
      try (InputStream in = StoreServer.class.getResourceAsStream(RESOURCES + file)) {
        Files.copy(in, folder.resolve(file));
      }
    }
    compile("store.binpb", "store.proto");
    FileDescriptor file = link(Files.readAllBytes(folder.resolve("store.binpb")));
    serve(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), file, true);
    serve(new DomainSocketAddress(folder.resolve("store.sock").toString()), file, false);
  }

  private void compile(String set, String file) {
    Outcome outcome =
        new Command(
                Distribution.built().home().resolve("lib/protoc"),
                "--descriptor_set_out=" + set,
                "--include_imports",
                "--include_source_info",
                file)
            .in(folder)
            .run();
    if (outcome.exit() != 0) {
      throw new AssertionError(outcome.toString());
    }
  }

  private static FileDescriptor link(byte[] set) throws IOException, DescriptorValidationException {
    Map<String, FileDescriptor> linked = new HashMap<>();
    FileDescriptor last = null;
    for (FileDescriptorProto file : FileDescriptorSet.parseFrom(set).getFileList()) {
      FileDescriptor[] imports =
          file.getDependencyList().stream().map(linked::get).toArray(FileDescriptor[]::new);
      last = FileDescriptor.buildFrom(file, imports);
      linked.put(file.getName(), last);
    }
    if (last == null) {
      throw new AssertionError("no files");
    }
    return last;
  }

  private void serve(SocketAddress address, FileDescriptor file, boolean reflection)
      throws IOException {
    NettyServerBuilder builder =
        NettyServerBuilder.forAddress(address)
            .bossEventLoopGroup(loops)
            .workerEventLoopGroup(loops)
            .intercept(new CallRecorder());
    if (address instanceof DomainSocketAddress) {
      builder
          .channelType(EpollServerDomainSocketChannel.class)
          .withChildOption(io.netty.channel.ChannelOption.SO_KEEPALIVE, null);
    } else {
      builder.channelType(EpollServerSocketChannel.class);
    }
    file.getServices().forEach(service -> builder.addService(definition(service)));
    if (reflection) {
      builder.addService(ProtoReflectionServiceV1.newInstance());
    }
    servers.add(builder.build().start());
  }

  private static ServerServiceDefinition definition(ServiceDescriptor service) {
    ProtoServiceDescriptorSupplier schema =
        new ProtoServiceDescriptorSupplier() {
          @Override
          public ServiceDescriptor getServiceDescriptor() {
            return service;
          }

          @Override
          public FileDescriptor getFileDescriptor() {
            return service.getFile();
          }
        };
    io.grpc.ServiceDescriptor.Builder grpc =
        io.grpc.ServiceDescriptor.newBuilder(service.getFullName()).setSchemaDescriptor(schema);
    Map<MethodDescriptor, io.grpc.MethodDescriptor<DynamicMessage, DynamicMessage>> methods =
        new HashMap<>();
    for (MethodDescriptor method : service.getMethods()) {
      var described =
          io.grpc.MethodDescriptor.<DynamicMessage, DynamicMessage>newBuilder()
              .setType(type(method))
              .setFullMethodName(service.getFullName() + "/" + method.getName())
              .setRequestMarshaller(
                  ProtoUtils.marshaller(DynamicMessage.getDefaultInstance(method.getInputType())))
              .setResponseMarshaller(
                  ProtoUtils.marshaller(DynamicMessage.getDefaultInstance(method.getOutputType())))
              .build();
      methods.put(method, described);
      grpc.addMethod(described);
    }
    ServerServiceDefinition.Builder definition = ServerServiceDefinition.builder(grpc.build());
    methods.forEach((method, described) -> definition.addMethod(described, handler(method)));
    return definition.build();
  }

  private static MethodType type(MethodDescriptor method) {
    if (method.isClientStreaming()) {
      return method.isServerStreaming() ? MethodType.BIDI_STREAMING : MethodType.CLIENT_STREAMING;
    }
    return method.isServerStreaming() ? MethodType.SERVER_STREAMING : MethodType.UNARY;
  }

  private static ServerCallHandler<DynamicMessage, DynamicMessage> handler(
      MethodDescriptor method) {
    return switch (method.getName()) {
      case "Fail" -> ServerCalls.asyncUnaryCall((request, replies) -> replies.onError(failure()));
      case "Big" -> ServerCalls.asyncUnaryCall(StoreServer::big);
      case "Slow" -> ServerCalls.asyncUnaryCall((request, replies) -> {});
      case "Split" -> ServerCalls.asyncServerStreamingCall(StoreServer::split);
      case "Join" ->
          ServerCalls.asyncClientStreamingCall(replies -> new JoinedLines(method, replies));
      case "Chat" -> ServerCalls.asyncBidiStreamingCall(EchoedLines::new);
      default ->
          ServerCalls.asyncUnaryCall(
              (request, replies) -> {
                replies.onNext(request);
                replies.onCompleted();
              });
    };
  }

  private static StatusRuntimeException failure() {
    return StatusProto.toStatusRuntimeException(
        com.google.rpc.Status.newBuilder()
            .setCode(Status.Code.FAILED_PRECONDITION.value())
            .setMessage("not <now>")
            .addDetails(Any.pack(ErrorInfo.newBuilder().setReason("LATE").build()))
            .build());
  }

  private static FieldDescriptor field(DynamicMessage message, String name) {
    return message.getDescriptorForType().findFieldByName(name);
  }

  private static void big(DynamicMessage request, StreamObserver<DynamicMessage> replies) {
    replies.onNext(
        request.toBuilder().setField(field(request, "id"), "x".repeat(5_000_000)).build());
    replies.onCompleted();
  }

  private static void split(DynamicMessage request, StreamObserver<DynamicMessage> replies) {
    for (Object line : (List<?>) request.getField(field(request, "lines"))) {
      replies.onNext((DynamicMessage) line);
    }
    if (request.getField(field(request, "id")).equals("fail")) {
      replies.onError(Status.ABORTED.withDescription("half of it").asException());
    } else {
      replies.onCompleted();
    }
  }

  /** Collects lines in an order. */
  private static final class JoinedLines implements StreamObserver<DynamicMessage> {
    private final StreamObserver<DynamicMessage> replies;
    private final DynamicMessage.Builder order;
    private final FieldDescriptor lines;

    JoinedLines(MethodDescriptor method, StreamObserver<DynamicMessage> replies) {
      this.replies = replies;
      this.order = DynamicMessage.newBuilder(method.getOutputType());
      this.lines = method.getOutputType().findFieldByName("lines");
    }

    @Override
    public void onNext(DynamicMessage line) {
      order.addRepeatedField(lines, line);
    }

    @Override
    public void onError(Throwable failure) {}

    @Override
    public void onCompleted() {
      replies.onNext(order.build());
      replies.onCompleted();
    }
  }

  /** Returns each line; ends the call after a line that says so. */
  private static final class EchoedLines implements StreamObserver<DynamicMessage> {
    private final StreamObserver<DynamicMessage> replies;
    private boolean ended;

    EchoedLines(StreamObserver<DynamicMessage> replies) {
      this.replies = replies;
    }

    @Override
    public void onNext(DynamicMessage line) {
      if (!ended) {
        replies.onNext(line);
      }
      if (line.getField(field(line, "sku")).equals("end")) {
        onCompleted();
      }
    }

    @Override
    public void onError(Throwable failure) {}

    @Override
    public void onCompleted() {
      if (!ended) {
        replies.onCompleted();
      }
      ended = true;
    }
  }

  /** Records calls, and returns the values of {@code x-echo} in headers and trailers. */
  private final class CallRecorder implements ServerInterceptor {
    private static final Metadata.Key<String> ECHO =
        Metadata.Key.of("x-echo", Metadata.ASCII_STRING_MARSHALLER);

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
      List<String> lines = lines(headers);
      boolean reflection = call.getMethodDescriptor().getFullMethodName().contains("Reflection");
      if (!reflection && Context.current().getDeadline() != null) {
        lines.add("grpc-timeout");
      }
      calls.add(
          new ReceivedCall(
              call.getMethodDescriptor().getFullMethodName(),
              String.valueOf(call.getAuthority()).replaceFirst(":[0-9]+$", ":PORT"),
              lines));
      Metadata echoed = new Metadata();
      Iterable<String> values = headers.getAll(ECHO);
      if (values != null) {
        values.forEach(value -> echoed.put(ECHO, value));
      }
      return next.startCall(
          new io.grpc.ForwardingServerCall.SimpleForwardingServerCall<>(call) {
            @Override
            public void sendHeaders(Metadata responseHeaders) {
              responseHeaders.merge(echoed);
              super.sendHeaders(responseHeaders);
            }

            @Override
            public void close(Status status, Metadata trailers) {
              trailers.merge(echoed);
              super.close(status, trailers);
            }
          },
          headers);
    }

    private static List<String> lines(Metadata headers) {
      List<String> lines = new ArrayList<>();
      byte[][] pairs = InternalMetadata.serialize(headers);
      for (int i = 0; i < pairs.length; i += 2) {
        String key = new String(pairs[i], StandardCharsets.US_ASCII);
        String value =
            key.endsWith("-bin")
                ? Base64.getEncoder().encodeToString(pairs[i + 1])
                : new String(pairs[i + 1], StandardCharsets.UTF_8);
        if (!OWN_KEYS.contains(key)) {
          lines.add(key + ": " + value);
        }
      }
      lines.sort(null);
      return lines;
    }
  }

  /** Returns the address of the server with reflection. */
  String tcp() {
    return "localhost:" + servers.get(0).getPort();
  }

  /** Returns the folder with the files, and the socket {@code store.sock} without reflection. */
  Path folder() {
    return folder;
  }

  /** Returns the calls since the last time. */
  List<ReceivedCall> taken() {
    List<ReceivedCall> all = new ArrayList<>();
    for (ReceivedCall call = calls.poll(); call != null; call = calls.poll()) {
      all.add(call);
    }
    return all;
  }

  @Override
  public void close() {
    servers.forEach(Server::shutdownNow);
    loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
  }
}
