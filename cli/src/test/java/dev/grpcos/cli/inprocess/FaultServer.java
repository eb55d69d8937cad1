package dev.grpcos.cli.inprocess;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import dev.grpcos.gateway.channel.EventLoops;
import dev.grpcos.proto.helloworld.HelloReply;
import dev.grpcos.proto.helloworld.HelloWorldProto;
import io.grpc.reflection.v1.FileDescriptorResponse;
import io.grpc.reflection.v1.ListServiceResponse;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.reflection.v1.ServiceResponse;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2GoAwayFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2StreamFrame;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * A Greeter server that gives any HTTP/2 answer, valid or not. Without a fault, both versions of
 * reflection and the methods work; the greetings have no name.
 */
final class FaultServer implements AutoCloseable {
  static final String V1 = "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo";
  static final String V1_ALPHA = "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo";

  /** The calls that are answered immediately, before the end of their requests. */
  static final String CONVERSATION = "/helloworld.Greeter/SayHelloBidiStream";

  /** Answers a call after its request is complete. */
  interface Fault {
    void answer(FaultyResponse answer);
  }

  private final EventLoopGroup loops = new EventLoops(1, "test");
  private final Map<String, Fault> faults;
  private final Channel listener;

  /** The number of calls of each path so far; used by the only loop. */
  private final Map<String, Integer> calls = new HashMap<>();

  /**
   * Creates a server with faults.
   *
   * @param faults the faults, by the paths of the methods
   */
  FaultServer(Map<String, Fault> faults) {
    this.faults = faults;
    listener =
        new ServerBootstrap()
            .group(loops)
            .channel(EpollServerSocketChannel.class)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel connection) {
                    connection
                        .pipeline()
                        .addLast(
                            Http2FrameCodecBuilder.forServer().validateHeaders(false).build(),
                            new Http2MultiplexHandler(
                                new ChannelInitializer<Channel>() {
                                  @Override
                                  protected void initChannel(Channel stream) {
                                    stream.pipeline().addLast(new FaultStream());
                                  }
                                }));
                  }
                })
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .syncUninterruptibly()
            .channel();
  }

  String target() {
    return "localhost:" + ((InetSocketAddress) listener.localAddress()).getPort();
  }

  @Override
  public void close() {
    loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  /** The answer to a call, built step by step. */
  static final class FaultyResponse {
    private final Channel stream;
    private final int number;
    private ChannelFuture last;

    FaultyResponse(Channel stream, int number) {
      this.stream = stream;
      this.number = number;
      this.last = stream.newSucceededFuture();
    }

    /** Returns the number of the call, from 1, among the calls of its method. */
    int number() {
      return number;
    }

    /** Sends the headers of a gRPC response. */
    FaultyResponse headers(String... more) {
      return headers(false, grpc(more));
    }

    private static String[] grpc(String[] more) {
      String[] first = {":status", "200", "content-type", "application/grpc"};
      return Stream.of(first, more).flatMap(Stream::of).toArray(String[]::new);
    }

    /** Sends any headers, as alternating keys and values. */
    FaultyResponse headers(boolean end, String... pairs) {
      Http2Headers headers = new DefaultHttp2Headers(false);
      for (int i = 0; i < pairs.length; i += 2) {
        headers.add(pairs[i], pairs[i + 1]);
      }
      last = stream.writeAndFlush(new DefaultHttp2HeadersFrame(headers, end));
      return this;
    }

    /** Ends the call with this status, without headers if there were none. */
    void trailersOnly(String... pairs) {
      headers(true, grpc(pairs));
    }

    void trailers(String... pairs) {
      headers(true, pairs);
    }

    /** Sends an uncompressed message. */
    FaultyResponse message(MessageLite message) {
      byte[] bytes = message.toByteArray();
      return data(Unpooled.buffer().writeByte(0).writeInt(bytes.length).writeBytes(bytes), false);
    }

    FaultyResponse hello() {
      return message(HelloReply.newBuilder().setMessage("Hello nobody").build());
    }

    FaultyResponse data(ByteBuf bytes, boolean end) {
      last = stream.writeAndFlush(new DefaultHttp2DataFrame(bytes, end));
      return this;
    }

    /** Sends the beginning of a message whose prefix has this length. */
    FaultyResponse partOfMessage(int length) {
      return data(Unpooled.buffer().writeByte(0).writeInt(length).writeByte(10), false);
    }

    /** Resets the call after all data is written, because a reset would drop it. */
    void reset(Http2Error error) {
      then(() -> stream.writeAndFlush(new DefaultHttp2ResetFrame(error)));
    }

    /** Closes the connection without GOAWAY, like a killed server. */
    void die() {
      then(() -> stream.parent().pipeline().firstContext().close());
    }

    /**
     * Sends GOAWAY and the end of the connection. It does not close the connection, because the
     * operating system drops what it has sent when the client sends more.
     */
    void leave(Http2Error error) {
      then(() -> stream.parent().writeAndFlush(new DefaultHttp2GoAwayFrame(error)));
      then(((DuplexChannel) stream.parent())::shutdownOutput);
    }

    /** Runs the next step after the previous data is written. */
    private void then(Supplier<ChannelFuture> step) {
      ChannelPromise done = stream.newPromise();
      last.addListener(written -> step.get().addListener(ended -> done.setSuccess()));
      last = done;
    }
  }

  private final class FaultStream extends SimpleChannelInboundHandler<Http2StreamFrame> {
    private final ByteBuf request = Unpooled.buffer();
    private String path = "";

    @Override
    protected void channelRead0(ChannelHandlerContext context, Http2StreamFrame frame)
        throws InvalidProtocolBufferException {
      if (frame instanceof Http2HeadersFrame headers) {
        path = String.valueOf(headers.headers().path());
        if (headers.isEndStream() || path.equals(CONVERSATION)) {
          answer(context.channel());
        }
      } else if (frame instanceof Http2DataFrame data) {
        request.writeBytes(data.content());
        if (data.isEndStream() && !path.equals(CONVERSATION)) {
          answer(context.channel());
        }
      }
    }

    /** The client may disconnect at any time. */
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {}

    private void answer(Channel stream) throws InvalidProtocolBufferException {
      FaultyResponse answer = new FaultyResponse(stream, calls.merge(path, 1, Integer::sum));
      Fault fault = faults.get(path);
      if (fault != null) {
        fault.answer(answer);
      } else if (path.equals(V1) || path.equals(V1_ALPHA)) {
        byte[] bytes = new byte[request.readableBytes() - 5];
        request.getBytes(5, bytes);
        answer.headers().message(reflect(ServerReflectionRequest.parseFrom(bytes)));
        answer.trailers("grpc-status", "0");
      } else {
        answer.headers().hello().trailers("grpc-status", "0");
      }
    }

    /** The server has a single file, which answers every query. */
    private static ServerReflectionResponse reflect(ServerReflectionRequest asked) {
      ServerReflectionResponse.Builder response = ServerReflectionResponse.newBuilder();
      if (asked.hasListServices()) {
        response.setListServicesResponse(
            ListServiceResponse.newBuilder()
                .addService(ServiceResponse.newBuilder().setName("helloworld.Greeter")));
      } else {
        response.setFileDescriptorResponse(
            FileDescriptorResponse.newBuilder()
                .addFileDescriptorProto(HelloWorldProto.getDescriptor().toProto().toByteString()));
      }
      return response.build();
    }
  }
}
