package dev.grpcos.cli.resident;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
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

  private final LauncherAnswers<Optional<String>> answers = new LauncherAnswers<>();

  /** Held by the thread that asks. */
  private final ReentrantLock turn = new ReentrantLock();

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

  private @Nullable String ask(byte[] name) {
    outbox.refuseEventLoop();
    try {
      turn.lockInterruptibly();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    }
    try {
      answers.discard();
      return answers.await(() -> outbox.getenv(name)).orElse(null);
    } catch (IOException e) {
      return null; // interrupted, or the launcher and its environment are gone
    } finally {
      turn.unlock();
    }
  }

  /** Receives the answer; called on the event loop. */
  void value(ByteBuf payload) {
    if (!payload.isReadable()) {
      throw new Protocol.Violation("an empty VALUE");
    }
    boolean isSet = payload.readByte() != 0;
    answers.arrived(isSet ? Optional.of(payload.toString(UTF_8)) : Optional.empty());
  }

  void end() {
    answers.end();
  }
}
