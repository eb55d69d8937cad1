package dev.grpcos.cli.resident;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The caller's environment: the few variables in HELLO, and the others on request. The launcher
 * answers such requests only if the caller gave {@code --expand-headers}.
 */
final class LauncherVariables {
  private static final int MAX_NAME = 4096;

  private final Outbox outbox;
  private final Hello hello;
  private final boolean mayAsk;

  private boolean waiting;
  private boolean ended;
  private @Nullable String answer;

  LauncherVariables(Outbox outbox, Hello hello) {
    this.outbox = outbox;
    this.hello = hello;
    this.mayAsk = hello.arguments().stream().anyMatch(LauncherVariables::expandsHeaders);
  }

  /** Options of grpcurl may have one dash, and other forms of true. */
  private static boolean expandsHeaders(String argument) {
    return argument.startsWith("-expand-headers") || argument.startsWith("--expand-headers");
  }

  /** Returns the value, or null if it is not set or the launcher is gone. */
  @Nullable String get(String name) {
    String sent = hello.environment().get(name);
    byte[] asked = name.getBytes(UTF_8);
    return sent != null || !mayAsk || asked.length > MAX_NAME ? sent : ask(asked);
  }

  private synchronized @Nullable String ask(byte[] name) {
    outbox.refuseEventLoop();
    try {
      while (waiting && !ended) {
        wait(); // for the request of another thread
      }
      waiting = true;
      answer = null;
      outbox.getenv(name);
      while (waiting && !ended) {
        wait();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    } catch (IOException e) {
      return null; // the launcher and its environment are gone
    }
    return answer;
  }

  /** Receives the answer; called on the event loop. */
  synchronized void value(ByteBuf payload) {
    if (!waiting || !payload.isReadable()) {
      throw new Protocol.Violation("a variable that was not requested");
    }
    answer = payload.readByte() == 0 ? null : payload.toString(UTF_8);
    waiting = false;
    notifyAll();
  }

  synchronized void end() {
    ended = true;
    notifyAll();
  }
}
