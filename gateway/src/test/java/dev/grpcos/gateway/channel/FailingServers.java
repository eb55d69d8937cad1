package dev.grpcos.gateway.channel;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.grpcos.gateway.RawHttp2;
import dev.grpcos.gateway.RawHttp2.Frame;
import dev.grpcos.proto.helloworld.GreeterGrpc;
import dev.grpcos.proto.helloworld.HelloReply;
import dev.grpcos.proto.helloworld.HelloRequest;
import io.grpc.Server;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.CertificateBuilder.Algorithm;
import io.netty.pkitesting.X509Bundle;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** Servers on the loopback interface that fail, each for a different reason. */
final class FailingServers implements AutoCloseable {
  /** The behaviour of a server on a connection. */
  interface Behaviour {
    void on(SocketChannel connection) throws Exception;
  }

  /** The answer of a server to the headers of a call. */
  interface CallAnswer {
    void to(RawHttp2 http, int stream) throws IOException;
  }

  static final String NAME = "localhost";
  private static final byte STATUS_200 = (byte) 0x88;

  private final EventLoopGroup loops;
  private final List<Closeable> open = new ArrayList<>();

  FailingServers(EventLoopGroup loops) {
    this.loops = loops;
  }

  static X509Bundle authority() throws Exception {
    return new CertificateBuilder()
        .subject("CN=Test authority")
        .algorithm(Algorithm.ecp256)
        .setIsCertificateAuthority(true)
        .notBefore(Instant.now().minus(Duration.ofDays(9)))
        .buildSelfSigned();
  }

  /** Creates a certificate with this period of validity, in days from now. */
  static X509Bundle leaf(X509Bundle authority, String name, int from, int until) throws Exception {
    return new CertificateBuilder()
        .subject("CN=" + name)
        .algorithm(Algorithm.ecp256)
        .addSanDnsName(name)
        .notBefore(Instant.now().plus(Duration.ofDays(from)))
        .notAfter(Instant.now().plus(Duration.ofDays(until)))
        .buildIssuedBy(authority);
  }

  static SslContextBuilder tls(X509Bundle leaf) {
    return GrpcSslContexts.configure(
        SslContextBuilder.forServer(leaf.getKeyPair().getPrivate(), leaf.getCertificatePath()),
        SslProvider.JDK);
  }

  /** Starts a gRPC server of the Greeter on a Unix socket. */
  ServerAddress local(Path path) throws IOException {
    ServerAddress.Unix address = new ServerAddress.Unix(path);
    Server server =
        NettyServerBuilder.forAddress(address.socketAddress())
            .bossEventLoopGroup(loops)
            .workerEventLoopGroup(loops)
            .channelType(EpollServerDomainSocketChannel.class)
            .withChildOption(ChannelOption.SO_KEEPALIVE, null)
            .directExecutor()
            .addService(new LongGreeter())
            .build()
            .start();
    open.add(server::shutdownNow);
    return address;
  }

  /** Starts a gRPC server of the Greeter. */
  ServerAddress grpc(UnaryOperator<NettyServerBuilder> settings) throws IOException {
    Server server =
        settings
            .apply(
                NettyServerBuilder.forAddress(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                    .bossEventLoopGroup(loops)
                    .workerEventLoopGroup(loops)
                    .channelType(EpollServerSocketChannel.class)
                    .directExecutor()
                    .addService(new LongGreeter()))
            .build()
            .start();
    open.add(server::shutdownNow);
    return at(server.getPort());
  }

  private static final class LongGreeter extends GreeterGrpc.GreeterImplBase {
    @Override
    public void sayHello(HelloRequest request, StreamObserver<HelloReply> responses) {
      responses.onNext(HelloReply.newBuilder().setMessage("Hello to you all").build());
      responses.onCompleted();
    }
  }

  private static ServerAddress at(int port) {
    return new ServerAddress.Tcp(NAME, port, false);
  }

  /** Returns an address without a server. */
  ServerAddress unserved() throws IOException {
    UnservedPort port = new UnservedPort();
    open.add(port);
    return at(port.number());
  }

  /** Starts a server with a full accept queue, so that the kernel drops further connections. */
  ServerAddress full() throws IOException {
    ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    open.add(socket);
    for (int i = 0; i < 4; i++) {
      SocketChannel waiting = SocketChannel.open();
      open.add(waiting);
      waiting.configureBlocking(false);
      boolean unused = waiting.connect(socket.getLocalSocketAddress());
    }
    return at(socket.getLocalPort());
  }

  /** Starts a server with a thread for each connection. */
  ServerAddress raw(Behaviour behaviour) throws IOException {
    ServerSocketChannel listener =
        ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    open.add(listener);
    start(
        () -> {
          while (true) {
            SocketChannel connection = listener.accept();
            start(
                () -> {
                  try (connection) {
                    behaviour.on(connection);
                  }
                });
          }
        });
    return at(listener.socket().getLocalPort());
  }

  /** A task that ends with its connection. */
  private interface Task {
    void run() throws Exception;
  }

  private static void start(Task task) {
    Thread thread =
        new Thread(
            () -> {
              try {
                task.run();
              } catch (Exception e) {
                // The client has closed the connection, or the test has ended.
                return;
              }
            });
    thread.setDaemon(true);
    thread.start();
  }

  /** Starts a server that answers the first bytes it receives with this text in ISO 8859-1. */
  ServerAddress saying(String answer) throws IOException {
    return raw(
        connection -> {
          int unused = connection.read(ByteBuffer.allocate(9));
          unused = connection.write(ByteBuffer.wrap(answer.getBytes(ISO_8859_1)));
          drain(connection);
        });
  }

  private static void drain(SocketChannel connection) throws IOException {
    ByteBuffer rest = ByteBuffer.allocate(1024);
    while (connection.read(rest.clear()) >= 0) {
      // the received bytes are ignored
    }
  }

  /** Starts a TLS server of the JDK that offers these protocols by ALPN. */
  ServerAddress jdkTls(X509Bundle leaf, String... protocols) throws Exception {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(leaf.toKeyManagerFactory().getKeyManagers(), null, null);
    return raw(
        connection -> {
          SSLSocket socket =
              (SSLSocket)
                  context
                      .getSocketFactory()
                      .createSocket(connection.socket(), NAME, connection.socket().getPort(), true);
          SSLParameters parameters = socket.getSSLParameters();
          parameters.setApplicationProtocols(protocols);
          socket.setSSLParameters(parameters);
          socket.setUseClientMode(false);
          socket.startHandshake();
          int unused = socket.getInputStream().read();
        });
  }

  /** Starts a server that speaks HTTP/2 without a library. */
  ServerAddress http2(CallAnswer answer) throws IOException {
    return raw(
        connection -> {
          RawHttp2 http = new RawHttp2(connection).accept();
          for (Frame frame = http.next(); frame != null; frame = http.next()) {
            if (frame.type() == RawHttp2.SETTINGS && frame.flags() == 0) {
              http.frame(RawHttp2.SETTINGS, 1, 0, new byte[0]);
            } else if (frame.type() == RawHttp2.HEADERS) {
              answer.to(http, frame.stream());
            }
          }
        });
  }

  /** Answers with the status 200 and these headers, which end the call. */
  static void headers(RawHttp2 http, int stream, String... keysAndValues) throws IOException {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    block.write(STATUS_200);
    for (int i = 0; i < keysAndValues.length; i += 2) {
      RawHttp2.field(block, keysAndValues[i], keysAndValues[i + 1]);
    }
    http.frame(
        RawHttp2.HEADERS, RawHttp2.END_HEADERS | RawHttp2.END_STREAM, stream, block.toByteArray());
  }

  /** Sends GOAWAY with an error code, and with no call processed. */
  static void goAway(RawHttp2 http, int error) throws IOException {
    http.frame(RawHttp2.GOAWAY, 0, 0, ByteBuffer.allocate(8).putInt(0).putInt(error).array());
  }

  @Override
  public void close() throws IOException {
    for (Closeable each : open) {
      each.close();
    }
  }
}
