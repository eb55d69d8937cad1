package dev.grpcos.cli.suites;

import dev.grpcos.cli.process.ForeignTools;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteOrder;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The program under test that a conformance runner starts. Its standard input and output lead to
 * the test JVM, through socat, so that the tests need no process for it.
 */
final class RunnerProgram implements AutoCloseable {
  private static final Duration SOON = Duration.ofMinutes(2);

  /** The behaviour of the program. */
  interface Dialogue {
    /** Reads messages until the end, and answers them. */
    void hold(RunnerFrames frames) throws Exception;
  }

  /** The event that ends a dialogue. */
  enum End {
    /** The end of the program's standard input. */
    INPUT(""),
    /** A signal to the program. */
    SIGNAL(",ignoreeof");

    private final String option;

    End(String option) {
      this.option = option;
    }
  }

  private final ServerSocketChannel listener;
  private final Path script;
  private final ByteOrder order;
  private final Dialogue dialogue;
  private final Thread acceptor = new Thread(this::accept, "runner program");

  // Guarded by this.
  private final List<Thread> threads = new ArrayList<>();
  private final List<Exception> failures = new ArrayList<>();

  /**
   * Creates a program in a folder.
   *
   * @param end the event that ends a dialogue
   * @param order the byte order of the lengths of messages
   * @param dialogue runs with each process that the runner starts, on a new thread
   */
  RunnerProgram(Path folder, End end, ByteOrder order, Dialogue dialogue) throws IOException {
    Path socket = folder.resolve("runner.sock");
    this.order = order;
    this.dialogue = dialogue;
    // Without a generous -t, socat drops responses that arrive after the end of the requests.
    script =
        Files.writeString(
            folder.resolve("program"),
            "#!/bin/sh\nexec %s -t 60 -b 1048576 STDIO%s UNIX-CONNECT:%s\n"
                .formatted(ForeignTools.program("socat"), end.option, socket));
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
    listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    listener.bind(UnixDomainSocketAddress.of(socket));
    acceptor.setDaemon(true);
    acceptor.start();
  }

  /** Returns the program's path. */
  String path() {
    return script.toString();
  }

  private void accept() {
    try {
      while (true) {
        SocketChannel connection = listener.accept();
        Thread thread = new Thread(() -> hold(connection), "runner dialogue");
        thread.setDaemon(true);
        synchronized (this) {
          threads.add(thread);
        }
        thread.start();
      }
    } catch (ClosedChannelException e) {
      // The test has ended.
      return;
    } catch (IOException e) {
      fail(e);
    }
  }

  private void hold(SocketChannel connection) {
    try (connection) {
      dialogue.hold(new RunnerFrames(connection, order));
    } catch (Exception e) {
      fail(e);
    }
  }

  private synchronized void fail(Exception failure) {
    failures.add(failure);
  }

  private synchronized List<Thread> threads() {
    return List.copyOf(threads);
  }

  /** Waits for the dialogues to end, and fails if one has failed. */
  @Override
  public void close() throws IOException {
    listener.close();
    join(acceptor);
    threads().forEach(RunnerProgram::join);
    synchronized (this) {
      for (Exception failure : failures) {
        throw new AssertionError("a dialogue with the runner failed", failure);
      }
    }
  }

  private static void join(Thread thread) {
    try {
      thread.join(SOON.toMillis());
    } catch (InterruptedException e) {
      throw new IllegalStateException("no thread is interrupted here", e);
    }
    if (thread.isAlive()) {
      throw new AssertionError(thread.getName() + " continues after the end of the runner");
    }
  }
}
