package dev.grpcos.gateway.systemd;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.grpcos.gateway.process.OwnProcess;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Tells systemd how the gateway is, where systemd started it and wants to know; does nothing
 * elsewhere. Safe for use by any thread; nothing here waits.
 *
 * @see <a
 *     href="https://www.freedesktop.org/software/systemd/man/latest/sd_notify.html">sd_notify</a>
 */
public final class ServiceManager {
  private static final System.Logger LOG = System.getLogger("dev.grpcos.gateway.systemd");

  /** As {@code sendto} takes it, with a zero first for an abstract name; empty for nobody. */
  private final byte[] address;

  private final Duration watchdog;

  private ServiceManager(byte[] address, Duration watchdog) {
    this.address = address;
    this.watchdog = watchdog;
  }

  /** The one that these variables of the process tell of. */
  public static ServiceManager of(Map<String, String> environment) {
    String socket = environment.getOrDefault("NOTIFY_SOCKET", "");
    byte[] address = new byte[0];
    if (socket.startsWith("/") || socket.startsWith("@")) {
      address = socket.getBytes(UTF_8);
      if (address[0] == '@') {
        address[0] = 0;
      }
    } else if (!socket.isEmpty()) {
      LOG.log(Level.WARNING, "NOTIFY_SOCKET={0} is neither a path nor an abstract name", socket);
    }
    return new ServiceManager(address, watchdog(environment));
  }

  private static Duration watchdog(Map<String, String> environment) {
    String pid = environment.getOrDefault("WATCHDOG_PID", "");
    String micros = environment.getOrDefault("WATCHDOG_USEC", "");
    boolean ours = pid.isEmpty() || pid.equals(Long.toString(OwnProcess.pid()));
    return ours && micros.matches("\\d{1,15}")
        ? Duration.ofNanos(Long.parseLong(micros) * 1_000)
        : Duration.ZERO;
  }

  /** The gateway answers. */
  public void ready(String status) {
    send("READY=1\nSTATUS=" + status);
  }

  /** The gateway reads its configuration again, until it is ready. */
  public void reloading() {
    // The JVM's clock is the one that systemd means.
    send("RELOADING=1\nMONOTONIC_USEC=" + System.nanoTime() / 1_000 + "\nSTATUS=reloading");
  }

  /** The gateway drains. */
  public void stopping() {
    send("STOPPING=1\nSTATUS=draining");
  }

  /**
   * Says, twice as often as systemd wants to hear it, that all of these event loops go round; it
   * does not say so while any of them is stuck.
   */
  public void watch(EventLoopGroup loops) {
    if (address.length == 0 || watchdog.isZero()) {
      return;
    }
    long period = Math.max(1, watchdog.toNanos() / 2);
    Future<?> unused =
        loops
            .next()
            .scheduleAtFixedRate(() -> through(loops), period, period, TimeUnit.NANOSECONDS);
  }

  private void through(EventLoopGroup loops) {
    Runnable last = () -> send("WATCHDOG=1");
    for (var each : loops) {
      EventLoop loop = (EventLoop) each;
      Runnable next = last;
      last = () -> loop.execute(next);
    }
    last.run();
  }

  private void send(String state) {
    if (address.length == 0) {
      return;
    }
    byte[] text = state.getBytes(UTF_8);
    ByteBuffer buffer = ByteBuffer.allocateDirect(text.length).put(text);
    Socket socket = Socket.newSocketDomainDgram();
    try {
      socket.sendToDomainSocket(buffer, 0, text.length, address);
    } catch (IOException e) {
      LOG.log(Level.WARNING, "systemd can''t be told {0}: {1}", state, e.getMessage());
    } finally {
      close(socket);
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      LOG.log(Level.WARNING, "a socket to systemd can't be closed", e);
    }
  }
}
