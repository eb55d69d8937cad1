package dev.grpcos.cli.connection;

import dev.grpcos.cli.failure.CallFailedException;
import dev.grpcos.cli.failure.CliException;
import dev.grpcos.cli.schema.Schema;
import dev.grpcos.gateway.channel.ChannelSettings;
import dev.grpcos.gateway.channel.Channels;
import dev.grpcos.gateway.channel.ServerAddress;
import dev.grpcos.gateway.channel.SocketPath;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ConnectivityState;
import io.grpc.Context;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.EventLoopGroup;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A connection with its own channel to a server. Safe for use by any thread. */
final class ServerConnection implements Connection {
  /** For reconnects; the first attempt is bounded by the command's own timeout. */
  private static final Duration RECONNECT_TIMEOUT = Duration.ofMinutes(2);

  /** The interval at which a waiting command checks whether its caller has gone. */
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final Target target;
  private final ManagedChannel channel;
  private final @Nullable ConnectionTls tls;
  private final @Nullable ContextCredentials credentials;
  private final Channel calls;
  private final ReflectedSchemas schemas;

  private ServerConnection(Target target, ManagedChannel channel, @Nullable ConnectionTls tls) {
    this.target = target;
    this.channel = channel;
    this.tls = tls;
    this.credentials =
        target.credentials() == null
            ? null
            : new ContextCredentials(target.credentials(), target.toString());
    this.calls = credentials == null ? channel : ClientInterceptors.intercept(channel, credentials);
    this.schemas = new ReflectedSchemas(calls);
  }

  /** Creates a connection without connecting, see {@link #awaitReady}. */
  static ServerConnection to(Target target, EventLoopGroup loops) {
    ConnectionTls tls = tls(target, loops);
    ChannelSettings settings =
        ChannelSettings.DEFAULT
            .withTls(tls == null ? null : tls.settings())
            .withAuthority(target.authority())
            .withPeerCheck(target.trust())
            .withProxy(target.proxy())
            .withConnectTimeout(RECONNECT_TIMEOUT);
    if (target.keepaliveTime() != null) {
      settings = settings.withKeepalive(target.keepaliveTime(), settings.keepaliveTimeout());
    }
    try {
      // A server may end the connection while a call is in transit. grpc-java repeats calls that
      // the server has certainly not processed.
      NettyChannelBuilder builder =
          Channels.builder(target.address(), settings, loops).enableRetry();
      if (target.userAgent() != null) {
        builder.userAgent(target.userAgent());
      }
      return new ServerConnection(target, builder.build(), tls);
    } catch (GeneralSecurityException e) {
      if (tls != null) {
        tls.close();
      }
      throw noTls(target, e);
    }
  }

  private static @Nullable ConnectionTls tls(Target target, EventLoopGroup loops) {
    try {
      return target.tls() == null
          ? null
          : ConnectionTls.open(target.tls(), target.toString(), loops);
    } catch (GeneralSecurityException e) {
      throw noTls(target, e);
    }
  }

  private static CliException noTls(Target target, GeneralSecurityException e) {
    return CliException.failure(e, "TLS with %s cannot be set up: %s", target, e.getMessage());
  }

  /**
   * Connects, if necessary, and waits until the server has sent HTTP/2. Otherwise a server that
   * accepts connections but stays silent would use up the whole deadline.
   *
   * @param wait the total time for which the command tries, for messages; null if it tries once
   * @throws CallFailedException UNAVAILABLE, with the reason, if the server cannot be reached
   */
  void awaitReady(Duration timeout, @Nullable Duration wait) {
    requireSocket();
    long end = System.nanoTime() + timeout.toNanos();
    if (tls != null) {
      CountDownLatch ready = new CountDownLatch(1);
      tls.whenReady(ready::countDown);
      await(ready, end, () -> TargetFailure.noIdentity(target, timeout));
    }
    ConnectivityState state = channel.getState(true);
    while (state == ConnectivityState.IDLE || state == ConnectivityState.CONNECTING) {
      CountDownLatch changed = new CountDownLatch(1);
      channel.notifyWhenStateChanged(state, changed::countDown);
      await(changed, end, () -> TargetFailure.noAnswer(target, timeout));
      state = channel.getState(true);
    }
    if (state != ConnectivityState.READY) {
      throw unavailable(TargetFailure.reason(target, LastFailure.of(channel), wait));
    }
  }

  /**
   * Waits for a change until the end of the time.
   *
   * @param late returns the message if there is none
   */
  private void await(CountDownLatch changed, long end, Supplier<String> late) {
    try {
      while (!changed.await(Math.min(LOOK_NANOS, end - System.nanoTime()), TimeUnit.NANOSECONDS)) {
        if (Context.current().isCancelled()) {
          throw new CallFailedException(
              Status.CANCELLED.withDescription("the caller is gone"), null, target.toString());
        }
        if (System.nanoTime() >= end) {
          throw unavailable(late.get());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CallFailedException(
          Status.CANCELLED.withDescription("interrupted").withCause(e), null, target.toString());
    }
  }

  /**
   * Reports an error if the path is not a socket, because the kernel only refuses the connection.
   */
  private void requireSocket() {
    if (target.address() instanceof ServerAddress.Unix unix) {
      SocketPath.problem(unix.path())
          .ifPresent(
              problem -> {
                throw unavailable(
                    TargetFailure.notASocket(target, problem, Files.notExists(unix.path())));
              });
    }
  }

  private CallFailedException unavailable(String message) {
    return new CallFailedException(
        Status.UNAVAILABLE.withDescription(message), null, target.toString());
  }

  /**
   * Returns whether an attempt to connect has failed. A later command would get that outdated
   * failure.
   */
  boolean hasFailed() {
    ConnectivityState state = channel.getState(false);
    return state == ConnectivityState.TRANSIENT_FAILURE || state == ConnectivityState.SHUTDOWN;
  }

  /** Runs the listener when the current connection is lost, immediately if it already is. */
  void onLoss(Runnable listener) {
    channel.notifyWhenStateChanged(ConnectivityState.READY, listener);
  }

  @Override
  public Channel channel() {
    return calls;
  }

  @Override
  public Schema reflected(Metadata metadata) {
    return target.gateway() ? schemas.ofGateway(metadata) : schemas.of(metadata);
  }

  @Override
  public Status explain(Status status) {
    return TargetFailure.explain(target, status);
  }

  /** Ends the channel immediately, including its calls. */
  @Override
  public void close() {
    channel.shutdownNow();
    if (tls != null) {
      tls.close();
    }
    if (credentials != null) {
      credentials.close();
    }
  }
}
