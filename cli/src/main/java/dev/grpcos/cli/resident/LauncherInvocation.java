package dev.grpcos.cli.resident;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import dev.grpcos.cli.connection.Cancellation;
import dev.grpcos.cli.connection.Connections;
import dev.grpcos.cli.failure.ExitCode;
import dev.grpcos.cli.failure.OwnProcessRequiredException;
import dev.grpcos.cli.filter.Evaluator;
import dev.grpcos.cli.invocation.InterruptReports;
import dev.grpcos.cli.invocation.Invocation;
import dev.grpcos.cli.invocation.StreamKind;
import dev.grpcos.gateway.limit.MessageAccount;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The invocation of a command that a launcher requested: the command's threads send requests to the
 * launcher, and the answers arrive on the event loop.
 *
 * <p>When the launcher disconnects, and when the command ends, every stream fails and waiting
 * threads wake up, so no thread of a command keeps waiting for a caller that is gone.
 */
final class LauncherInvocation implements Invocation {
  private static final int DEFAULT_COLUMNS = 80;
  private static final int SIGPIPE = 13;

  private final Hello hello;
  private final Path workingDirectory;
  private final int uid;
  private final Path gateway;
  private final Connections connections;
  private final FilterPlace filters;
  private final Outbox outbox;
  private final LauncherVariables variables;
  private final LauncherInput stdin;
  private final LauncherOutput stdout;
  private final LauncherOutput stderr;
  private final Map<Integer, LauncherInput> inputs = new ConcurrentHashMap<>();
  private final AtomicInteger nextFile = new AtomicInteger(Protocol.FIRST_FILE);
  private final LauncherCancellation cancellation = new LauncherCancellation();
  private final List<MessageAccount> accounts = new CopyOnWriteArrayList<>();
  private final InterruptReports interruptReports = new InterruptReports();
  private boolean interrupted; // used on the event loop

  LauncherInvocation(
      Hello hello,
      Path workingDirectory,
      int uid,
      Path gateway,
      Connections connections,
      FilterPlace filters,
      Outbox outbox) {
    this.hello = hello;
    this.workingDirectory = workingDirectory;
    this.uid = uid;
    this.gateway = gateway;
    this.connections = connections;
    this.filters = filters;
    this.outbox = outbox;
    this.variables = new LauncherVariables(outbox, hello);
    // Closing it ends only the command's use of it; the launcher's descriptor belongs to its
    // caller.
    this.stdin = new LauncherInput(outbox, Protocol.STDIN, hello.peeked(), hello.size(), () -> {});
    this.stdout = new LauncherOutput(outbox, Protocol.STDOUT);
    this.stderr = new LauncherOutput(outbox, Protocol.STDERR);
    inputs.put(Protocol.STDIN, stdin);
  }

  @Override
  public InputStream stdin() {
    return stdin;
  }

  @Override
  public StreamKind stdinKind() {
    return hello.stdin();
  }

  @Override
  public OutputStream stdout() {
    return stdout;
  }

  @Override
  public StreamKind stdoutKind() {
    return hello.stdout();
  }

  /** Does nothing: the launcher starts the pager, by the command's arguments. */
  @Override
  public void pageOutput() {}

  /** Does nothing: the launcher does that, by the command's arguments. */
  @Override
  public void readKeys(String leave) {}

  @Override
  public OutputStream stderr() {
    return stderr;
  }

  @Override
  public StreamKind stderrKind() {
    return hello.stderr();
  }

  @Override
  public int columns() {
    return hello.columns() == 0 ? DEFAULT_COLUMNS : hello.columns();
  }

  @Override
  public @Nullable String environment(String name) {
    return variables.get(name);
  }

  @Override
  public Map<String, String> environment() {
    throw new OwnProcessRequiredException("the launcher answers for one variable at a time");
  }

  @Override
  public Path workingDirectory() {
    return workingDirectory;
  }

  @Override
  public InputStream open(String file) throws IOException {
    byte[] path = file.getBytes(UTF_8);
    if (path.length > Protocol.MAX_PATH) {
      throw new IOException("File name too long");
    }
    int id = nextFile.getAndIncrement();
    LauncherInput input = new LauncherInput(outbox, id, ByteString.EMPTY, -1, () -> closeFile(id));
    inputs.put(id, input);
    try {
      input.open(path);
      return input;
    } catch (IOException e) {
      inputs.remove(id);
      throw e;
    }
  }

  @Override
  public OutputStream create(String file) throws IOException {
    byte[] path = file.getBytes(UTF_8);
    if (path.length > Protocol.MAX_PATH) {
      throw new IOException("File name too long");
    }
    int id = nextFile.getAndIncrement();
    LauncherInput answer = new LauncherInput(outbox, id, ByteString.EMPTY, -1, () -> {});
    inputs.put(id, answer);
    try {
      answer.create(path);
      // Closed together with the launcher, which may still have to write the last bytes.
      return new LauncherOutput(outbox, id);
    } finally {
      inputs.remove(id);
    }
  }

  private void closeFile(int id) {
    if (inputs.remove(id) != null) {
      outbox.closeFile(id);
    }
  }

  @Override
  public Path gateway() {
    return gateway;
  }

  @Override
  public int uid() {
    return uid;
  }

  @Override
  public Cancellation cancellation() {
    return cancellation;
  }

  @Override
  public Cancellation.Registration whenInterrupted(Supplier<String> report, Runnable readerLeft) {
    Cancellation.Registration registration = interruptReports.add(report, readerLeft);
    outbox.reportSignals();
    return registration;
  }

  @Override
  public Connections connections() {
    return connections;
  }

  @Override
  public MessageAccount account() {
    MessageAccount account = connections.account();
    accounts.add(account);
    return account;
  }

  @Override
  public Evaluator evaluator() {
    return filters.take(cancellation);
  }

  @Override
  public void requireOwnProcess(String reason) {
    throw new OwnProcessRequiredException(reason);
  }

  /** Receives an answer of the launcher; called on the event loop. */
  void answer(byte type, ByteBuf payload) {
    switch (type) {
      case Protocol.WRITTEN -> outbox.written(number(payload));
      case Protocol.SIGNAL -> interrupt((int) number(payload) & 0x7f);
      case Protocol.VALUE -> variables.value(payload);
      case Protocol.DATA, Protocol.LAST, Protocol.OPENED, Protocol.FAILED -> {
        int id = (int) number(payload);
        LauncherInput input = inputs.get(id);
        if (input == null) {
          if (id < Protocol.FIRST_FILE || id >= nextFile.get()) {
            throw new Protocol.Violation("an answer for a file that was not opened");
          }
          return; // the file was closed in the meantime
        }
        switch (type) {
          case Protocol.DATA -> input.data(payload, false);
          case Protocol.LAST -> input.data(payload, true);
          case Protocol.OPENED -> input.opened(payload);
          default -> input.failed(payload.toString(UTF_8));
        }
      }
      default -> throw new Protocol.Violation("a frame of type " + type);
    }
  }

  /** Ends the command after its report, which may write to a file and therefore wait. */
  private void interrupt(int signal) {
    if (interrupted) {
      throw new Protocol.Violation("a second signal");
    }
    interrupted = true;
    Thread thread =
        new Thread(
            () -> {
              String report = "";
              if (signal == SIGPIPE) {
                interruptReports.readerLeft();
              } else {
                report = interruptReports.text();
              }
              outbox.exit(report, ExitCode.SIGNAL_BASE + signal);
            },
            "grpcos-interruption");
    thread.setDaemon(true);
    thread.start();
  }

  private static long number(ByteBuf payload) {
    if (payload.readableBytes() < 4) {
      throw new Protocol.Violation("a truncated frame");
    }
    return payload.readUnsignedInt();
  }

  /** Cancels the command, because the launcher is gone. */
  void cancel() {
    endStreams();
    cancellation.fire();
  }

  /** Releases what the command used; called when it has ended. */
  void end() {
    endStreams();
    accounts.forEach(MessageAccount::close);
    filters.release();
  }

  /** Wakes the threads that a command left waiting at its end. */
  private void endStreams() {
    inputs.values().forEach(LauncherInput::end);
    variables.end();
  }
}
