package dev.grpcos.gateway.credential;

import dev.grpcos.gateway.channel.ChannelSettings;
import dev.grpcos.gateway.channel.Channels;
import dev.grpcos.gateway.channel.FailureDiagnosis;
import dev.grpcos.gateway.channel.ServerAddress;
import dev.grpcos.proto.spiffe.SpiffeWorkloadAPIGrpc;
import dev.grpcos.proto.spiffe.X509SVIDRequest;
import dev.grpcos.proto.spiffe.X509SVIDResponse;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.SynchronizationContext;
import io.netty.channel.EventLoopGroup;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The X.509-SVIDs and bundles of a SPIFFE Workload API. The API sends them again when they change;
 * when the stream ends, or a response causes an unexpected exception, another stream begins.
 *
 * @see <a href="https://github.com/spiffe/spiffe/blob/main/standards/SPIFFE_Workload_API.md">SPIFFE
 *     Workload API</a>
 */
final class WorkloadStream implements AutoCloseable {
  /** Every request must have it, so that other protocols cannot be misused to send one. */
  private static final Metadata.Key<String> SECURITY_HEADER =
      Metadata.Key.of("workload.spiffe.io", Metadata.ASCII_STRING_MARSHALLER);

  private static final int MOST_BYTES = 4 << 20;
  private static final long FIRST_RETRY_MILLIS = 500;
  private static final long LONGEST_RETRY_MILLIS = 15_000;

  private final Receiver receiver;
  private final ScheduledExecutorService worker;
  private final ManagedChannel channel;

  private final SynchronizationContext sync =
      new SynchronizationContext(
          (thread, cause) -> {
            throw new IllegalStateException("the stream of a Workload API", cause);
          });

  // Used in the synchronization context.
  private boolean closed;
  private long retryMillis = FIRST_RETRY_MILLIS;
  private @Nullable ScheduledFuture<?> next;
  private @Nullable ClientCall<X509SVIDRequest, X509SVIDResponse> call;

  /** Receives what the API sends, on a thread that may block, one event after the other. */
  interface Receiver {
    void received(X509SVIDResponse response);

    /** The stream ended for this reason, which is logged; another one follows. */
    void ended(String reason);
  }

  /**
   * Begins the first stream.
   *
   * @param loops epoll event loops
   * @param worker runs the receiver
   */
  WorkloadStream(
      Path socket, Receiver receiver, EventLoopGroup loops, ScheduledExecutorService worker)
      throws GeneralSecurityException {
    this.receiver = receiver;
    this.worker = worker;
    channel =
        Channels.builder(
                new ServerAddress.Unix(socket),
                ChannelSettings.DEFAULT.withMaxMessage(MOST_BYTES),
                loops)
            .build();
    sync.execute(this::begin);
  }

  private void begin() {
    if (closed) {
      return;
    }
    try {
      open();
    } catch (RuntimeException | Error e) {
      // Without another attempt, the identity would expire.
      retry(fault(e));
    }
  }

  private void open() {
    // Each attempt connects at once; the pauses between them are those of this class.
    channel.resetConnectBackoff();
    ClientCall<X509SVIDRequest, X509SVIDResponse> started =
        channel.newCall(SpiffeWorkloadAPIGrpc.getFetchX509SVIDMethod(), CallOptions.DEFAULT);
    Metadata headers = new Metadata();
    headers.put(SECURITY_HEADER, "true");
    started.start(new Events(started), headers);
    started.request(1);
    started.sendMessage(X509SVIDRequest.getDefaultInstance());
    started.halfClose();
    call = started;
  }

  /** The events of one stream, on its event loop. */
  private final class Events extends ClientCall.Listener<X509SVIDResponse> {
    private final ClientCall<X509SVIDRequest, X509SVIDResponse> stream;
    private volatile @Nullable String fault;

    Events(ClientCall<X509SVIDRequest, X509SVIDResponse> stream) {
      this.stream = stream;
    }

    @Override
    public void onMessage(X509SVIDResponse response) {
      worker.execute(() -> receive(response));
    }

    private void receive(X509SVIDResponse response) {
      try {
        receiver.received(response);
      } catch (RuntimeException | Error e) {
        // For example of a security provider. Another stream gets the response once more.
        fault = fault(e);
        stream.cancel("the response could not be used", e);
        return;
      }
      sync.execute(() -> retryMillis = FIRST_RETRY_MILLIS);
      stream.request(1);
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      String known = fault;
      String ended = status.isOk() ? "ended its stream" : FailureDiagnosis.of(status).problem();
      sync.execute(() -> retry(known == null ? ended : known));
    }
  }

  private static String fault(Throwable e) {
    StackTraceElement[] trace = e.getStackTrace();
    return "internal error, please report it: " + e + (trace.length == 0 ? "" : " at " + trace[0]);
  }

  private void retry(String reason) {
    if (closed) {
      return;
    }
    long early = ThreadLocalRandom.current().nextLong(retryMillis / 4);
    next =
        worker.schedule(
            () -> sync.execute(this::begin), retryMillis - early, TimeUnit.MILLISECONDS);
    retryMillis = Math.min(2 * retryMillis, LONGEST_RETRY_MILLIS);
    worker.execute(() -> receiver.ended(reason));
  }

  @Override
  public void close() {
    sync.execute(this::end);
    channel.shutdownNow();
  }

  private void end() {
    closed = true;
    if (next != null) {
      next.cancel(false);
    }
    if (call != null) {
      call.cancel("no longer needed", null);
    }
  }
}
