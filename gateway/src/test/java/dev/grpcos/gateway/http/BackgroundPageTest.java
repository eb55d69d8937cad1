package dev.grpcos.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.gateway.config.Limits;
import dev.grpcos.gateway.limit.MessageMemory;
import dev.grpcos.gateway.route.RouteTable;
import io.grpc.ManagedChannel;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(180)
final class BackgroundPageTest {
  private final EmbeddedChannel channel = new EmbeddedChannel(new ChannelInboundHandlerAdapter());

  @AfterEach
  void release() {
    channel.finishAndReleaseAll();
  }

  private static HttpRequest request(String path) {
    return new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, path);
  }

  private int status() {
    HttpResponse response = channel.readOutbound();
    return Objects.requireNonNull(response, "a response").status().code();
  }

  private BackgroundPage begin(Supplier<String> text, WorkThreads pages) {
    return new BackgroundPage(EmbeddedReplies.on(channel, () -> {}), ContentTypes.JSON)
        .begin(text, pages, channel.eventLoop());
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/openapi.json"})
  void callerWithoutRightsIsRefusedBeforeAnyWork(String path) {
    ManagedChannel unused = InProcessChannelBuilder.forName("none").build();
    HttpCaller stranger =
        new HttpCaller(
            unused,
            end -> unused,
            (upstream, method) -> false,
            () -> false,
            () -> new MessageMemory(() -> 0).account(),
            "curl",
            "http://grpcos");
    Queue<Runnable> work = new ArrayDeque<>();
    new RequestRouter(
            stranger,
            new SharedCatalog(BackgroundPageTest::noRoutes, List::of),
            new WorkThreads(work::add, "too much"),
            WorkThreads.converters(),
            channel.eventLoop(),
            Limits.DEFAULT)
        .begin(request(path), EmbeddedReplies.on(channel, () -> {}), pauses -> {});

    assertThat(status()).isEqualTo(403);
    assertThat(work).isEmpty();
    unused.shutdownNow();
  }

  private static RouteTable noRoutes() {
    throw new AssertionError("the routes are not needed");
  }

  @Test
  void pageThatNoClientWaitsForIsNotCreated() {
    Queue<Runnable> work = new ArrayDeque<>();
    Queue<String> created = new ArrayDeque<>();
    begin(
            () -> {
              created.add("page");
              return "page";
            },
            new WorkThreads(work::add, "too much"))
        .gone();
    work.remove().run();

    assertThat(created).isEmpty();
  }

  @Test
  void tooManyPagesAreRefused() {
    WorkThreads pages = WorkThreads.pages();
    CountDownLatch busy = new CountDownLatch(1);
    try {
      run(pages, () -> await(busy));
      for (int i = 0; i < 64; i++) {
        run(pages, () -> {});
      }
      begin(() -> "page", pages);

      assertThat(status()).isEqualTo(429);
    } finally {
      busy.countDown();
    }
  }

  private void run(WorkThreads threads, Runnable work) {
    threads.run(
        () -> {
          work.run();
          return "";
        },
        channel.eventLoop(),
        done -> {},
        failure -> {});
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException("nothing interrupts this thread", e);
    }
  }
}
