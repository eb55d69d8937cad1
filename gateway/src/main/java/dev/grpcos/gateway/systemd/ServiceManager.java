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
 * Reports the gateway's state to systemd if systemd requests it; otherwise does nothing. Safe for
 * use by any thread; no method blocks.
 *
 * @see <a
 *     href="https://www.freedesktop.org/software/systemd/man/latest/sd_notify.html">sd_notify</a>
 */
public final class ServiceManager {
  private static final System.Logger LOG = System.getLogger("dev.grpcos.gateway.systemd");

  /**
   * The address in the form of {@code sendto}, with a leading zero byte for an abstract name; empty
   * without systemd.
   */
  private final byte[] address;

  private final Duration watchdog;

  private ServiceManager(byte[] address, Duration watchdog) {
    this.address = address;
    this.watchdog = watchdog;
  }

  /** Returns the service manager that these environment variables describe. */
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

  /** Reports that the gateway answers. */
  public void ready(String status) {
    send("READY=1\nSTATUS=" + status);
  }

  /** Reports that the gateway reads its configuration again, until it is ready. */
  public void reloading() {
    // The JVM's clock is the same as systemd's.
    send("RELOADING=1\nMONOTONIC_USEC=" + System.nanoTime() / 1_000 + "\nSTATUS=reloading");
  }

  /** Reports that the gateway drains. */
  public void stopping() {
    send("STOPPING=1\nSTATUS=draining");
  }

  /**
   * Reports liveness twice as often as systemd requires, while all of these event loops run; sends
   * no report while one of them is blocked.
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
      LOG.log(Level.WARNING, "cannot report {0} to systemd: {1}", state, e.getMessage());
    } finally {
      close(socket);
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      LOG.log(Level.WARNING, "a socket to systemd cannot be closed", e);
    }
  }
}
