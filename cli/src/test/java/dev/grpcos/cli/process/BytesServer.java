package dev.grpcos.cli.process;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.grpcos.gateway.call.EncodedMessage;
import dev.grpcos.gateway.channel.EventLoops;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A server of streams of messages of one MiB each, as fast as flow control allows: {@code
 * soak.Bytes/up} returns how many bytes it received, {@code soak.Bytes/down} sends the number of
 * bytes in the request.
 */
final class BytesServer implements AutoCloseable {
  private static final byte[] MEBIBYTE = new byte[1 << 20];
  private static final MethodDescriptor<byte[], byte[]> UP =
      method("up", MethodType.CLIENT_STREAMING);
  private static final MethodDescriptor<byte[], byte[]> DOWN =
      method("down", MethodType.SERVER_STREAMING);

  private final EventLoopGroup loops = new EventLoops(1, "test");
  private final Server server;

  BytesServer(Path socket) throws Exception {
    server =
        NettyServerBuilder.forAddress(new DomainSocketAddress(socket.toString()))
            .channelType(EpollServerDomainSocketChannel.class)
            .withChildOption(ChannelOption.SO_KEEPALIVE, null)
            .bossEventLoopGroup(loops)
            .workerEventLoopGroup(loops)
            .directExecutor()
            .addService(
                ServerServiceDefinition.builder("soak.Bytes")
                    .addMethod(UP, ServerCalls.asyncClientStreamingCall(Counting::new))
                    .addMethod(DOWN, ServerCalls.asyncServerStreamingCall(BytesServer::give))
                    .build())
            .build()
            .start();
  }

  private static MethodDescriptor<byte[], byte[]> method(String name, MethodType type) {
    return MethodDescriptor.newBuilder(EncodedMessage.MARSHALLER, EncodedMessage.MARSHALLER)
        .setType(type)
        .setFullMethodName("soak.Bytes/" + name)
        .build();
  }

  private static final class Counting implements StreamObserver<byte[]> {
    private final StreamObserver<byte[]> responses;
    private long count;

    Counting(StreamObserver<byte[]> responses) {
      this.responses = responses;
    }

    @Override
    public void onNext(byte[] request) {
      count += request.length;
    }

    @Override
    public void onError(Throwable cause) {
      // the client has gone
    }

    @Override
    public void onCompleted() {
      responses.onNext(Long.toString(count).getBytes(US_ASCII));
      responses.onCompleted();
    }
  }

  private static void give(byte[] request, StreamObserver<byte[]> observer) {
    var responses = (ServerCallStreamObserver<byte[]>) observer;
    int[] left = {number(request)};
    responses.setOnCancelHandler(() -> {});
    responses.setOnReadyHandler(
        () -> {
          while (responses.isReady() && left[0] > 0) {
            left[0]--;
            responses.onNext(MEBIBYTE);
            if (left[0] == 0) {
              responses.onCompleted();
            }
          }
        });
  }

  private static int number(byte[] text) {
    return Integer.parseInt(new String(text, US_ASCII));
  }

  /** A client of the server. */
  record Client(ManagedChannel channel) {
    /** Streams in one direction and returns how many bytes arrived. */
    long stream(String way, int mebibytes) throws Exception {
      return way.equals("up") ? up(mebibytes) : down(mebibytes);
    }

    private long down(int mebibytes) {
      Iterator<byte[]> responses =
          ClientCalls.blockingServerStreamingCall(
              channel, DOWN, CallOptions.DEFAULT, Integer.toString(mebibytes).getBytes(US_ASCII));
      long bytes = 0;
      while (responses.hasNext()) {
        bytes += responses.next().length;
      }
      return bytes;
    }

    private long up(int mebibytes) throws Exception {
      CompletableFuture<Long> count = new CompletableFuture<>();
      StreamObserver<byte[]> unused =
          ClientCalls.asyncClientStreamingCall(
              channel.newCall(UP, CallOptions.DEFAULT), new Sending(mebibytes, count));
      return count.get(5, TimeUnit.MINUTES);
    }
  }

  private static final class Sending implements ClientResponseObserver<byte[], byte[]> {
    private final CompletableFuture<Long> count;
    private int left;

    Sending(int left, CompletableFuture<Long> count) {
      this.left = left;
      this.count = count;
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<byte[]> requests) {
      requests.setOnReadyHandler(
          () -> {
            while (requests.isReady() && left > 0) {
              left--;
              requests.onNext(MEBIBYTE);
              if (left == 0) {
                requests.onCompleted();
              }
            }
          });
    }

    @Override
    public void onNext(byte[] response) {
      count.complete(Long.parseLong(new String(response, US_ASCII)));
    }

    @Override
    public void onError(Throwable cause) {
      count.completeExceptionally(cause);
    }

    @Override
    public void onCompleted() {}
  }

  @Override
  public void close() {
    server.shutdownNow();
    loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
  }
}
