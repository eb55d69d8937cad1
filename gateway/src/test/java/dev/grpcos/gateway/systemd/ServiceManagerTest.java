package dev.grpcos.gateway.systemd;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.gateway.Await;
import dev.grpcos.gateway.channel.EventLoops;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServiceManagerTest {
  private static final int PATIENCE = 60;

  private final Socket systemd = Socket.newSocketDomainDgram();
  private final EventLoopGroup loops = new EventLoops(2, "test");
  @TempDir Path folder;

  @AfterEach
  void close() throws Exception {
    systemd.close();
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  private Map<String, String> bind(String... more) throws Exception {
    Path path = folder.resolve("notify");
    systemd.bind(new DomainSocketAddress(path.toString()));
    return more.length == 0
        ? Map.of("NOTIFY_SOCKET", path.toString())
        : Map.of("NOTIFY_SOCKET", path.toString(), more[0], more[1]);
  }

  /** Returns the received text; empty if nothing was sent. */
  private String received() throws Exception {
    ByteBuffer buffer = ByteBuffer.allocateDirect(4096);
    int bytes = Math.max(0, systemd.recv(buffer, 0, buffer.capacity()));
    byte[] text = new byte[bytes];
    buffer.get(0, text);
    return new String(text, UTF_8);
  }

  @Test
  void eachStateIsReportedToSystemd() throws Exception {
    ServiceManager manager = ServiceManager.of(bind());
    manager.ready("serving");
    assertThat(received()).isEqualTo("READY=1\nSTATUS=serving");
    manager.reloading();
    assertThat(received()).matches("RELOADING=1\nMONOTONIC_USEC=\\d+\nSTATUS=reloading");
    manager.stopping();
    assertThat(received()).isEqualTo("STOPPING=1\nSTATUS=draining");
  }

  @Test
  void abstractSocketIsSupported() throws Exception {
    String name = "grpcos-test-" + ProcessHandle.current().pid() + "-" + System.nanoTime();
    systemd.bind(new DomainSocketAddress("\0" + name));
    ServiceManager.of(Map.of("NOTIFY_SOCKET", "@" + name)).stopping();
    assertThat(received()).startsWith("STOPPING=1");
  }

  @Test
  void watchdogGetsNoReportWhileALoopIsBlocked() throws Exception {
    ServiceManager manager = ServiceManager.of(bind("WATCHDOG_USEC", "20000"));
    manager.watch(loops);
    Await.until("a sign of life", () -> received().equals("WATCHDOG=1"));
    CountDownLatch stuck = new CountDownLatch(1);
    CountDownLatch free = new CountDownLatch(1);
    loops
        .next()
        .execute(
            () -> {
              stuck.countDown();
              boolean unused = awaitQuietly(free);
            });
    assertThat(stuck.await(PATIENCE, TimeUnit.SECONDS)).isTrue();
    Await.until("what was under way has come", () -> received().isEmpty());
    free.countDown();
    Await.until("a sign of life", () -> received().equals("WATCHDOG=1"));
  }

  private static boolean awaitQuietly(CountDownLatch latch) {
    try {
      return latch.await(PATIENCE, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  @Test
  void withoutSystemdNothingIsSent() {
    ServiceManager manager = ServiceManager.of(Map.of("WATCHDOG_USEC", "1000"));
    manager.ready("serving");
    manager.watch(loops);
    manager.stopping();
  }
}
