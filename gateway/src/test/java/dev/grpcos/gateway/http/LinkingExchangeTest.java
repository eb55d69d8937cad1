package dev.grpcos.gateway.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpResponse;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class LinkingExchangeTest {
  private final EmbeddedChannel channel = new EmbeddedChannel(new ChannelInboundHandlerAdapter());
  private final Queue<Runnable> work = new ArrayDeque<>();
  private final List<String> events = new ArrayList<>();
  private final HttpReply reply = EmbeddedReplies.on(channel, () -> events.add("replied"));
  private final LinkingExchange exchange =
      new LinkingExchange(reply, pauses -> events.add(pauses ? "pause" : "read"))
          .begin(
              () -> events.add("link"),
              EventsExchange::new,
              new WorkThreads(work::add, "too much"),
              channel.eventLoop());

  @AfterEach
  void release() {
    channel.finishAndReleaseAll();
  }

  private void send(String text) {
    EmbeddedReplies.send(exchange, text);
  }

  private void link() {
    work.remove().run();
    channel.runPendingTasks();
  }

  @Test
  void bodyWaitsUntilTheSchemaIsLinked() {
    send("a");
    send("b");
    exchange.end();
    assertThat(events).containsExactly("pause");

    link();
    assertThat(events).containsExactly("pause", "link", "read", "data ab", "end");
  }

  @Test
  void laterBodyIsPassedOn() {
    link();
    send("a");
    exchange.end();

    assertThat(events).containsExactly("pause", "link", "read", "data a", "end");
  }

  @Test
  void bodyIsRequestedAfterTheSchemaIsLinked() {
    exchange.whenBodyIsNeeded(() -> events.add("100"));
    link();

    assertThat(events).containsExactly("pause", "link", "read", "100");
  }

  @Test
  void nothingBeginsForAClientThatHasGone() {
    exchange.gone();
    link();

    assertThat(events).containsExactly("pause", "link");
  }

  @Test
  void nothingBeginsAfterTheGatewayHasStopped() {
    exchange.stop(Status.UNAVAILABLE);
    link();

    assertThat(events).containsExactly("pause", "replied", "link");
  }

  @Test
  void failureToBeginIsAnswered() {
    new LinkingExchange(reply, pauses -> {})
        .begin(
            () -> {},
            () -> {
              throw Status.INTERNAL.asRuntimeException();
            },
            new WorkThreads(work::add, "too much"),
            channel.eventLoop());
    work.remove();
    link();

    HttpResponse response = channel.readOutbound();
    assertThat(Objects.requireNonNull(response, "a response").status().code()).isEqualTo(500);
  }

  private final class EventsExchange implements Exchange {
    @Override
    public void data(ByteBuf content) {
      events.add("data " + content.toString(UTF_8));
    }

    @Override
    public void end() {
      events.add("end");
    }

    @Override
    public boolean isOpenEnded() {
      return false;
    }

    @Override
    public void writable() {}

    @Override
    public void gone() {}

    @Override
    public void stop(Status status) {}
  }
}
