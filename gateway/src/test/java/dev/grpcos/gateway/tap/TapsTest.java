package dev.grpcos.gateway.tap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.grpcos.gateway.Await;
import dev.grpcos.gateway.call.Gzip;
import dev.grpcos.gateway.call.KeptMessage;
import dev.grpcos.gateway.call.StubCall;
import dev.grpcos.gateway.peer.PeerIdentity;
import dev.grpcos.gateway.policy.SocketAccess;
import dev.grpcos.gateway.policy.SocketCaller;
import dev.grpcos.gateway.policy.SocketRights;
import dev.grpcos.gateway.route.RouteTable;
import dev.grpcos.proto.admin.v1.CallStep;
import dev.grpcos.proto.admin.v1.TapResponse;
import io.grpc.Attributes;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.Status;
import java.io.InputStream;
import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TapsTest {
  private static final int UID = 1000;
  private static final Marshaller<Object> UNUSED =
      new Marshaller<>() {
        @Override
        public InputStream stream(Object message) {
          throw new UnsupportedOperationException("no message is sent");
        }

        @Override
        public Object parse(InputStream stream) {
          throw new UnsupportedOperationException("no message is received");
        }
      };
  private static final MethodDescriptor<Object, Object> METHOD =
      MethodDescriptor.newBuilder(UNUSED, UNUSED)
          .setType(MethodDescriptor.MethodType.UNARY)
          .setFullMethodName("no.Such/Method")
          .build();

  private final RouteTable table = new RouteTable(List.of());
  private final Taps taps = new Taps(() -> 1 << 20, () -> table);
  private final TappedHandler handler = new TappedHandler();

  @AfterEach
  void end() {
    taps.close();
  }

  private KeptResponses open(boolean ready, int... uids) throws Exception {
    KeptResponses receiver = new KeptResponses(ready);
    Set<Integer> users = uids.length == 0 ? Set.of() : Set.of(uids[0]);
    Taps.Handle unused = taps.open(List.of(), users, Set.of(), Set.of(), 0, receiver);
    return receiver;
  }

  /** Makes a call with one request and no response. */
  private void call(Object request) {
    Metadata headers = new Metadata();
    headers.put(Metadata.Key.of("grpc-encoding", Metadata.ASCII_STRING_MARSHALLER), "gzip");
    ServerCall.Listener<Object> listener =
        new TapInterceptor(taps, method -> "local")
            .interceptCall(new UnknownCall(), headers, handler);
    listener.onMessage(request);
    listener.onHalfClose();
    handler.close();
  }

  @Test
  void fullTapsTakeNoCallsAndCountThem() throws Exception {
    KeptResponses first = open(false);
    KeptResponses second = open(false);
    Await.until(
        "the taps are full",
        () -> {
          call(new byte[1000]);
          return taps.takers(new UnknownCall(), method -> null).isEmpty();
        });
    assertThat(taps.queue().size()).isLessThan(10_000);

    first.ready = true;
    Await.until(
        "one tap has room", () -> !taps.takers(new UnknownCall(), method -> null).isEmpty());
    second.ready = true;
    Await.until("both have reported the losses", () -> first.lost() > 0 && second.lost() > 0);
  }

  @Test
  void everyCallIsReportedWholeOrCountedAsLost() throws Exception {
    KeptResponses first = open(false);
    int before = callsUntilTaken(false);
    Await.until("the queue is empty", () -> taps.queue().size() == 0);
    KeptResponses second = open(false);
    int after = callsUntilTaken(false);
    for (int i = 0; i < 1000; i++) {
      call(new byte[1000]);
      after++;
    }
    first.ready = true;
    second.ready = true;
    after += callsUntilTaken(true);
    taps.close();
    Await.until("both have ended", () -> first.status != null && second.status != null);

    assertThat(first.whole() + first.lost()).isEqualTo(before + after);
    assertThat(second.whole() + second.lost()).isEqualTo(after);
    assertThat(second.whole()).isPositive();
    assertThat(second.lost()).isPositive();
  }

  @Test
  void tapThatReadsAgainReportsCallsAgain() throws Exception {
    KeptResponses slow = open(false);
    open(false);
    int early = callsUntilTaken(false);
    slow.ready = true;
    Await.until(
        "later calls are reported",
        () -> {
          call(new byte[1000]);
          return slow.whole() > early;
        });
  }

  /** Makes calls until one is taken, or is not; returns the number of calls. */
  private int callsUntilTaken(boolean wanted) throws Exception {
    AtomicInteger calls = new AtomicInteger();
    Await.until(
        wanted ? "a tap has room" : "the taps are full",
        () -> {
          call(new byte[1000]);
          calls.incrementAndGet();
          boolean taken = !(handler.call instanceof UnknownCall);
          return taken == wanted;
        });
    return calls.get();
  }

  @Test
  void callsThatATapLeavesOutAreNeitherTakenForItNorLost() throws Exception {
    open(false);
    KeptResponses other = open(true, UID + 1);
    Await.until(
        "the tap of all users is full",
        () -> {
          call(new byte[1000]);
          return taps.takers(new UnknownCall(), method -> null).isEmpty();
        });
    taps.close();
    Await.until("the end", () -> other.status != null);
    assertThat(other.lost()).isZero();
    assertThat(other.steps()).isEmpty();
  }

  @Test
  void stepsAreConvertedOnceForAllTaps() throws Exception {
    List<KeptResponses> all = List.of(open(true), open(true), open(true));
    byte[] zeros = Gzip.compress(new byte[10_000]);
    call(
        new KeptMessage() {
          @Override
          public int size() {
            return zeros.length;
          }

          @Override
          public boolean isCompressed() {
            return true;
          }

          @Override
          public byte[] keep() {
            return zeros;
          }
        });
    for (KeptResponses receiver : all) {
      Await.until(
          "the end of the call", () -> receiver.steps().stream().anyMatch(CallStep::hasEnded));
    }
    List<CallStep> steps = all.get(0).steps();
    assertThat(steps).hasSize(4);
    assertThat(steps.get(1).getRequest().getRaw().size()).isEqualTo(10_000);
    for (int i = 0; i < steps.size(); i++) {
      assertThat(all.get(1).steps().get(i)).isSameAs(steps.get(i));
      assertThat(all.get(2).steps().get(i)).isSameAs(steps.get(i));
    }
  }

  /** Begins a call that goes on. */
  private ServerCall.Listener<Object> begin() {
    return new TapInterceptor(taps, method -> "local")
        .interceptCall(new UnknownCall(), new Metadata(), handler);
  }

  /** Sends a message that only the receiver refers to. */
  private static WeakReference<Object> send(ServerCall.Listener<Object> call) {
    byte[] message = new byte[1000];
    call.onMessage(message);
    return new WeakReference<>(message);
  }

  @Test
  void callsThatGoOnDoNotKeepTheStepsOfATapThatHasEnded() throws Exception {
    Taps.Handle tap =
        taps.open(List.of(), Set.of(), Set.of(), Set.of(), 0, new KeptResponses(false));
    ServerCall.Listener<Object> call = begin();
    WeakReference<Object> message = send(call);
    Await.until("the tap has the steps", () -> taps.queue().size() == 0);
    System.gc();
    assertThat(message.refersTo(null)).isFalse();

    tap.abandon();
    Await.until(
        "the message is free",
        () -> {
          System.gc();
          return message.refersTo(null);
        });
    call.onHalfClose();
  }

  @Test
  void tapWithoutAThreadIsRefused() throws Exception {
    AtomicBoolean free = new AtomicBoolean();
    Taps without =
        new Taps(
            () -> 1 << 20,
            () -> table,
            run ->
                new Thread(run) {
                  @Override
                  public synchronized void start() {
                    if (!free.get()) {
                      throw new OutOfMemoryError("unable to create native thread");
                    }
                    super.start();
                  }
                });
    KeptResponses receiver = new KeptResponses(true);
    assertThatThrownBy(
            () -> without.open(List.of(), Set.of(), Set.of(), Set.of(), 0, new KeptResponses(true)))
        .hasMessage("RESOURCE_EXHAUSTED: no thread is free for a tap; try again later");
    assertThat(without.takers(new UnknownCall(), method -> null)).isEmpty();

    free.set(true);
    Taps.Handle unused = without.open(List.of(), Set.of(), Set.of(), Set.of(), 0, receiver);
    Await.until("the tap is open", () -> !receiver.responses.isEmpty());
    without.close();
    Await.until("the end", () -> receiver.status != null);
  }

  /** A receiver that keeps its responses. */
  private static final class KeptResponses implements TapSink {
    private final List<TapResponse> responses = new CopyOnWriteArrayList<>();
    private volatile boolean ready;
    private volatile @Nullable Status status;

    KeptResponses(boolean ready) {
      this.ready = ready;
    }

    @Override
    public boolean isReady() {
      return ready;
    }

    @Override
    public void send(TapResponse response) {
      responses.add(response);
    }

    @Override
    public void end(Status end) {
      status = end;
    }

    List<CallStep> steps() {
      return responses.stream().flatMap(each -> each.getStepsList().stream()).toList();
    }

    /** Returns the number of calls that are reported with all steps. */
    int whole() {
      return (int)
          steps().stream()
              .filter(step -> step.hasEnded() && !step.getEnded().getIncomplete())
              .count();
    }

    long lost() {
      return responses.stream().mapToLong(TapResponse::getLost).max().orElse(0);
    }
  }

  /** A handler that ends calls without a response. */
  private static final class TappedHandler implements ServerCallHandler<Object, Object> {
    private @Nullable ServerCall<Object, Object> call;

    @Override
    public ServerCall.Listener<Object> startCall(
        ServerCall<Object, Object> started, Metadata headers) {
      call = started;
      return new ServerCall.Listener<>() {};
    }

    void close() {
      Objects.requireNonNull(call).close(Status.OK, new Metadata());
    }
  }

  /** A call of a method that the gateway has no schema of. */
  private static final class UnknownCall extends StubCall<Object, Object> {
    private static final Attributes ATTRIBUTES =
        new SocketCaller(
                new PeerIdentity(UID, 1, List.of(), 1),
                new SocketAccess(Path.of("/s"), SocketRights.OWNER))
            .addTo(Attributes.EMPTY);

    UnknownCall() {
      super(METHOD);
    }

    @Override
    public Attributes getAttributes() {
      return ATTRIBUTES;
    }
  }
}
