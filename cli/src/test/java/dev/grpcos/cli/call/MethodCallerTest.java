package dev.grpcos.cli.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.DynamicMessage;
import dev.grpcos.cli.failure.CliException;
import dev.grpcos.gateway.limit.MessageMemory;
import dev.grpcos.proto.helloworld.GreeterGrpc;
import dev.grpcos.proto.helloworld.HelloReply;
import dev.grpcos.proto.helloworld.HelloRequest;
import dev.grpcos.proto.helloworld.HelloWorldProto;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Tests batches and streams with a server whose answer depends on the name in the request: a status
 * code, or {@code after NAME} to answer after the request NAME.
 */
@Timeout(180)
final class MethodCallerTest {
  private final Scripted greeter = new Scripted();
  private final Recording recording = new Recording();
  private Server server;
  private ManagedChannel channel;

  /** The settings of a call, initially those without options. */
  private Metadata headers = new Metadata();

  private @Nullable Duration deadline;
  private int jobs = 1;
  private boolean unordered;
  private boolean keepGoing;
  private long limit;
  private Set<Status.Code> okCodes = Set.of();
  private long mostMemory = Long.MAX_VALUE;
  private final MessageMemory memory = new MessageMemory(() -> mostMemory);

  @BeforeEach
  void start() throws Exception {
    String name = InProcessServerBuilder.generateName();
    server = InProcessServerBuilder.forName(name).addService(greeter).build().start();
    channel = InProcessChannelBuilder.forName(name).build();
  }

  @AfterEach
  void stop() {
    channel.shutdownNow();
    server.shutdownNow();
  }

  private static final class Scripted extends GreeterGrpc.GreeterImplBase {
    private final Map<String, CountDownLatch> answered = new ConcurrentHashMap<>();
    final CountDownLatch cancelled = new CountDownLatch(1);
    final CountDownLatch halfClosed = new CountDownLatch(1);
    final Set<String> seen = ConcurrentHashMap.newKeySet();

    private CountDownLatch answered(String name) {
      return answered.computeIfAbsent(name, unused -> new CountDownLatch(1));
    }

    @Override
    public void sayHello(HelloRequest request, StreamObserver<HelloReply> replies) {
      String name = request.getName();
      seen.add(name);
      ((ServerCallStreamObserver<HelloReply>) replies).setOnCancelHandler(cancelled::countDown);
      if (name.equals("SILENT")) {
        answered(name).countDown();
        return;
      }
      if (name.startsWith("after ")) {
        await(answered(name.substring(6)));
      }
      if (name.toUpperCase(java.util.Locale.ROOT).equals(name)) {
        replies.onError(Status.fromCode(Status.Code.valueOf(name)).asException());
      } else {
        replies.onNext(HelloReply.newBuilder().setMessage(name).build());
        replies.onCompleted();
      }
      answered(name).countDown();
    }

    @Override
    public void sayHelloStreamReply(HelloRequest request, StreamObserver<HelloReply> replies) {
      ((ServerCallStreamObserver<HelloReply>) replies).setOnCancelHandler(cancelled::countDown);
      for (int i = 1; i <= 3; i++) {
        replies.onNext(HelloReply.newBuilder().setMessage(request.getName() + i).build());
      }
    }

    @Override
    public StreamObserver<HelloRequest> sayHelloBidiStream(StreamObserver<HelloReply> replies) {
      return new StreamObserver<>() {
        @Override
        public void onNext(HelloRequest request) {
          replies.onNext(HelloReply.newBuilder().setMessage(request.getName()).build());
        }

        @Override
        public void onError(Throwable cause) {
          cancelled.countDown();
        }

        @Override
        public void onCompleted() {
          halfClosed.countDown();
          replies.onCompleted();
        }
      };
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private int call(String method, Requests requests) {
    return new MethodCaller(
            channel,
            method(method),
            new CallSettings(
                headers,
                deadline,
                null,
                jobs,
                unordered,
                keepGoing,
                limit,
                okCodes,
                memory.account(),
                false),
            recording)
        .run(requests);
  }

  private static MethodDescriptor method(String name) {
    return HelloWorldProto.getDescriptor().findServiceByName("Greeter").findMethodByName(name);
  }

  private static DynamicMessage request(String name) {
    return DynamicMessage.newBuilder(HelloRequest.getDescriptor())
        .setField(HelloRequest.getDescriptor().findFieldByName("name"), name)
        .build();
  }

  private static Requests requests(String... names) {
    Iterator<DynamicMessage> messages = Stream.of(names).map(MethodCallerTest::request).iterator();
    return () -> messages.hasNext() ? messages.next() : null;
  }

  /** Returns the requests, followed by malformed input. */
  private static Requests followedByMalformed(String... names) {
    Requests good = requests(names);
    return () -> {
      DynamicMessage request = good.next();
      if (request == null) {
        throw CliException.usage("malformed");
      }
      return request;
    };
  }

  @Test
  void firstFailureEndsTheBatchWithItsCode() {
    assertThat(call("SayHello", requests("a", "NOT_FOUND", "b"))).isEqualTo(64 + 5);
    assertThat(recording.events).containsExactly("1 a", "1 OK", "2 NOT_FOUND");
    assertThat(greeter.seen).doesNotContain("b");
  }

  @Test
  void batchThatKeepsGoingEndsWithTheCodeOfItsFirstFailure() {
    keepGoing = true;
    assertThat(call("SayHello", requests("NOT_FOUND", "a", "ABORTED"))).isEqualTo(64 + 5);
    assertThat(recording.events).containsExactly("1 NOT_FOUND", "2 a", "2 OK", "3 ABORTED");
  }

  @Test
  void acceptedCodesAreNotFailures() {
    okCodes = Set.of(Status.Code.NOT_FOUND);
    assertThat(call("SayHello", requests("NOT_FOUND", "a"))).isZero();
    assertThat(recording.events).containsExactly("1 NOT_FOUND", "2 a", "2 OK");
  }

  @Test
  void largeResponsesAreChargedUntilTheyAreDelivered() {
    mostMemory = 600_000;
    keepGoing = true;
    String large = "x".repeat(100_000);
    assertThat(call("SayHello", requests(large, large, large))).isZero();
    assertThat(memory.used()).isZero();
    limit = 3;
    assertThat(call("SayHelloStreamReply", requests(large))).isZero();
    assertThat(memory.used()).isZero();
  }

  @Test
  void responseWithoutMemoryEndsItsCall() {
    mostMemory = 400_000;
    keepGoing = true;
    String arrives = "x".repeat(200_000);
    String never = "x".repeat(500_000);
    assertThat(call("SayHello", requests(arrives, never, "a"))).isEqualTo(64 + 8);
    assertThat(recording.events)
        .containsExactly("1 RESOURCE_EXHAUSTED", "2 RESOURCE_EXHAUSTED", "3 a", "3 OK");
    assertThat(memory.used()).isZero();
  }

  @Test
  void parallelCallsAreObservedInTheOrderOfTheInput() {
    jobs = 2;
    assertThat(call("SayHello", requests("after b", "b", "c"))).isZero();
    assertThat(recording.events).containsExactly("1 after b", "1 OK", "2 b", "2 OK", "3 c", "3 OK");
  }

  @Test
  void unorderedCallsAreObservedAsTheyEnd() {
    jobs = 2;
    unordered = true;
    assertThat(call("SayHello", requests("after b", "b"))).isZero();
    assertThat(recording.events).containsExactly("2 b", "2 OK", "1 after b", "1 OK");
  }

  @Test
  void unorderedBatchEndsWithTheCodeOfTheFirstFailureInTheInput() {
    jobs = 3;
    unordered = true;
    keepGoing = true;
    assertThat(call("SayHello", requests("after ABORTED", "ABORTED", "NOT_FOUND")))
        .isEqualTo(64 + 10);
    assertThat(recording.events).contains("1 OK", "2 ABORTED", "3 NOT_FOUND");
  }

  /** The third request is read only after the first call has ended. */
  @Test
  void parallelCallsAreLimited() {
    jobs = 2;
    Iterator<String> names = List.of("a", "after a", "c").iterator();
    AtomicInteger taken = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    int exit =
        call(
            "SayHello",
            () -> {
              int open = taken.incrementAndGet() - ended();
              most.accumulateAndGet(open, Math::max);
              return names.hasNext() ? request(names.next()) : null;
            });
    assertThat(exit).isZero();
    assertThat(most.get()).isLessThanOrEqualTo(jobs);
  }

  /** The number of calls whose end the observers have received. */
  private int ended() {
    synchronized (recording.events) {
      return (int) recording.events.stream().filter(event -> event.endsWith(" OK")).count();
    }
  }

  @Test
  void malformedInputEndsTheBatchAfterTheCallsBeforeIt() {
    for (int n : new int[] {1, 2}) {
      jobs = n;
      recording.events.clear();
      assertThatThrownBy(() -> call("SayHello", followedByMalformed("a", "b")))
          .isInstanceOf(CliException.class)
          .hasMessage("malformed");
      assertThat(recording.events).containsExactly("1 a", "1 OK", "2 b", "2 OK");
    }
  }

  @Test
  void failureBeforeMalformedInputDeterminesTheExitCode() {
    jobs = 4;
    assertThat(call("SayHello", followedByMalformed("NOT_FOUND"))).isEqualTo(64 + 5);
    assertThat(recording.events).containsExactly("1 NOT_FOUND");
  }

  @Test
  void limitEndsAStreamWithSuccessAndCancelsIt() {
    limit = 2;
    assertThat(call("SayHelloStreamReply", requests("x"))).isZero();
    assertThat(recording.events).containsExactly("1 x1", "1 x2", "1 OK");
    await(greeter.cancelled);
  }

  @Test
  void deadlineEndsAStreamAfterItsResponses() {
    deadline = Duration.ofMillis(300);
    int exit = call("SayHelloStreamReply", requests("x"));
    if (recording.events.size() < 4) { // a busy machine has sent the responses too late
      recording.events.clear();
      deadline = Duration.ofSeconds(20);
      exit = call("SayHelloStreamReply", requests("x"));
    }
    assertThat(exit).isEqualTo(64 + 4);
    assertThat(recording.events).containsExactly("1 x1", "1 x2", "1 x3", "1 DEADLINE_EXCEEDED");
  }

  @Test
  void malformedMessageEndsAConversationAfterTheRepliesToThoseBeforeIt() {
    assertThatThrownBy(() -> call("SayHelloBidiStream", followedByMalformed("a", "b")))
        .hasMessage("malformed");
    assertThat(recording.events).containsExactly("1 a", "1 b", "1 OK");
    await(greeter.halfClosed);
  }

  @Test
  void emptyConversationIsOneCall() {
    assertThat(call("SayHelloBidiStream", requests())).isZero();
    assertThat(recording.events).containsExactly("1 OK");
    recording.events.clear();
    assertThat(call("SayHello", requests())).isZero();
    assertThat(recording.events).isEmpty();
  }

  /** Otherwise the requests before it would look like all of them. */
  @Test
  void requestThatNeedsTooMuchMemoryIsAFailure() {
    jobs = 2;
    for (String method : List.of("SayHello", "SayHelloBidiStream")) {
      Requests before = requests("one");
      assertThatThrownBy(
              () ->
                  call(
                      method,
                      () -> {
                        DynamicMessage request = before.next();
                        if (request == null) {
                          throw new OutOfMemoryError("Java heap space");
                        }
                        return request;
                      }))
          .isInstanceOf(CliException.class)
          .hasMessage("a request needs more memory than there is (Java heap space); send less");
    }
  }

  @Test
  void failureOfAnObserverCancelsTheCallsThatRun() {
    CallObserver failing =
        new CallObserver() {
          @Override
          public void headers(Metadata headers, long after) {}

          @Override
          public void response(DynamicMessage response, long after) {
            throw new IllegalStateException("cannot print");
          }

          @Override
          public void closed(Status status, Metadata trailers, CallFigures figures) {}
        };
    CallObservers observers =
        new CallObservers() {
          @Override
          public CallObserver started(NumberedRequest request) {
            return failing;
          }

          @Override
          public void idle() {}
        };
    MethodCaller caller =
        new MethodCaller(
            channel,
            method("SayHello"),
            new CallSettings(
                new Metadata(), null, null, 2, true, false, 0, Set.of(), memory.account(), false),
            observers);
    assertThatThrownBy(() -> caller.run(requests("SILENT", "after SILENT")))
        .hasMessage("cannot print");
    await(greeter.cancelled);
  }
}
