package dev.grpcos.cli.invocation;

import dev.grpcos.cli.connection.Cancellation;
import dev.grpcos.cli.connection.Connections;
import dev.grpcos.cli.failure.ExitCode;
import dev.grpcos.cli.filter.Evaluator;
import java.io.BufferedInputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A command in a separate process, with the process's streams, environment and working folder. */
public final class ProcessInvocation implements Invocation {
  private static final int FILE_TYPE = 0170000;
  private static final int CHARACTER_DEVICE = 0020000;
  private static final int REGULAR = 0100000;
  private static final String SAME_FILE = "it is an input of the command";

  private static final List<String> ENDING = List.of("HUP", "INT", "TERM");
  private static final Path STDIN = Path.of("/proc/self/fd/0");

  private final InputStream stdin = sized(new FileInputStream(FileDescriptor.in));
  private final OutputStream stdout;
  private final OutputStream stderr = new FileOutputStream(FileDescriptor.err);
  private final OutputStream errors = new PagedErrors();
  private volatile @Nullable PagedOutput paged;
  private final Connections connections;
  private final int uid;
  private final List<Path> opened = new CopyOnWriteArrayList<>();
  private final InterruptReports interruptReports = new InterruptReports();

  /**
   * Creates this process's invocation.
   *
   * @param watch starts watching for the loss of standard output's reader, which runs the action;
   *     returns false if it is too early for that
   */
  public ProcessInvocation(Connections connections, Predicate<Runnable> watch) throws IOException {
    this.connections = connections;
    this.stdout =
        new WatchedOutput(
            new FileOutputStream(FileDescriptor.out), () -> watch.test(this::readerLeft));
    this.uid = (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
  }

  @Override
  public InputStream stdin() {
    return stdin;
  }

  @Override
  public StreamKind stdinKind() {
    return kind(0);
  }

  @Override
  public OutputStream stdout() {
    PagedOutput through = paged;
    return through == null ? stdout : through;
  }

  @Override
  public void pageOutput() {
    if (stdoutKind() == StreamKind.TERMINAL) {
      paged = new PagedOutput(stdout, this::pager, ProcessInvocation::pagerLeft);
    }
  }

  private @Nullable String pager() {
    try {
      return Pager.find(environment());
    } catch (Pager.NoSuchProgramException e) {
      print("grpcos: PAGER: " + e.getMessage() + "; correct the variable, or give --no-pager\n");
      return null;
    }
  }

  /** Ends this process as the loss of standard output's reader does. */
  private static void pagerLeft() {
    Runtime.getRuntime().halt(ExitCode.OK);
  }

  @Override
  public void readKeys(String leave) {
    KeyMode.enter(leave);
  }

  @Override
  public StreamKind stdoutKind() {
    return kind(1);
  }

  @Override
  public OutputStream stderr() {
    return errors;
  }

  /** Errors go through a running pager too, as text between its pages would be overwritten. */
  private final class PagedErrors extends OutputStream {
    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int count) throws IOException {
      PagedOutput through = paged;
      if (through != null && through.isRunning() && stderrKind() == StreamKind.TERMINAL) {
        through.write(bytes, from, count);
      } else {
        stderr.write(bytes, from, count);
      }
    }
  }

  @Override
  public StreamKind stderrKind() {
    return kind(2);
  }

  /**
   * Returns the kind of a descriptor, from procfs. The script that starts the JVM replaces closed
   * descriptors, because the JVM would use their numbers for its own files, and lists them in
   * {@code grpcos.closed}.
   */
  private static StreamKind kind(int descriptor) {
    String closed = System.getProperty("grpcos.closed", "");
    if (Arrays.asList(closed.split(",")).contains(Integer.toString(descriptor))) {
      return StreamKind.CLOSED;
    }
    Path path = Path.of("/proc/self/fd/" + descriptor);
    int type;
    long device;
    try {
      type = (Integer) Files.getAttribute(path, "unix:mode") & FILE_TYPE;
      device = (Long) Files.getAttribute(path, "unix:rdev");
    } catch (IOException e) {
      return StreamKind.CLOSED;
    }
    if (type == CHARACTER_DEVICE) {
      return isTerminal(device) ? StreamKind.TERMINAL : StreamKind.CHARACTER_DEVICE;
    }
    return type == REGULAR ? StreamKind.FILE : StreamKind.PIPE;
  }

  /**
   * Returns whether a device is a terminal. In the kernel's table of devices, 4 and 5 are consoles,
   * and 136 to 143 are pseudo-terminals.
   */
  private static boolean isTerminal(long device) {
    long major = (device >>> 8) & 0xfff;
    return major == 4 || major == 5 || (major >= 136 && major <= 143);
  }

  @Override
  public int columns() {
    String columns = System.getenv("COLUMNS");
    try {
      return columns == null ? 80 : Math.max(40, Integer.parseInt(columns.strip()));
    } catch (NumberFormatException e) {
      return 80;
    }
  }

  @Override
  public @Nullable String environment(String name) {
    return System.getenv(name);
  }

  @Override
  public Map<String, String> environment() {
    return System.getenv();
  }

  @Override
  public Path workingDirectory() {
    return Path.of(System.getProperty("user.dir"));
  }

  @Override
  public InputStream open(String file) throws IOException {
    try {
      // On Java before 18, some reads of the bare stream query its position, which fails on a pipe.
      Path path = workingDirectory().resolve(file);
      FileInputStream stream = new FileInputStream(path.toFile());
      opened.add(path);
      return SizedInput.with(size(stream), new BufferedInputStream(stream));
    } catch (IOException e) {
      throw new IOException(reason(file, e), e);
    }
  }

  /** Returns the kernel's error text from the JDK's message {@code name (reason)}. */
  private static String reason(String file, IOException e) {
    String message = String.valueOf(e.getMessage());
    int open = message.lastIndexOf('(');
    return open >= 0 && message.endsWith(")")
        ? message.substring(open + 1, message.length() - 1)
        : "cannot open " + file;
  }

  private static InputStream sized(FileInputStream stream) {
    return kind(0) == StreamKind.FILE ? SizedInput.with(size(stream), stream) : stream;
  }

  /** Returns the size of the rest of a regular file; -1 for anything else. */
  private static long size(FileInputStream stream) {
    try {
      long rest = stream.getChannel().size() - stream.getChannel().position();
      return rest > 0 ? rest : -1;
    } catch (IOException e) {
      return -1; // a pipe has no position
    }
  }

  @Override
  public OutputStream create(String file) throws IOException {
    Path path = workingDirectory().resolve(file);
    try {
      // Not truncated before it is known that no input is lost.
      SeekableByteChannel channel =
          Files.newByteChannel(
              path,
              Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE),
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      if (isInput(path)) {
        channel.close();
        throw new IOException(SAME_FILE);
      }
      channel.truncate(0);
      return Channels.newOutputStream(channel);
    } catch (NoSuchFileException e) {
      throw new IOException("No such file or directory", e);
    } catch (AccessDeniedException e) {
      throw new IOException("Permission denied", e);
    } catch (FileSystemException e) {
      throw new IOException(e.getReason() == null ? "cannot open " + file : e.getReason(), e);
    }
  }

  private boolean isInput(Path path) throws IOException {
    if (!Files.isRegularFile(path)) {
      return false;
    }
    for (Path input : opened) {
      if (Files.isSameFile(path, input)) {
        return true;
      }
    }
    return kind(0) == StreamKind.FILE && Files.isSameFile(path, STDIN);
  }

  @Override
  public Cancellation.Registration whenInterrupted(Supplier<String> report, Runnable readerLeft) {
    Cancellation.Registration registration = interruptReports.add(report, readerLeft);
    for (String signal : ENDING) {
      Signals.handle(
          signal,
          () -> {
            endBySignals(); // a second signal does not wait for the report
            print(interruptReports.text());
            Signals.endBy(signal);
          });
    }
    return () -> {
      registration.close();
      if (interruptReports.isEmpty()) {
        endBySignals();
      }
    };
  }

  /**
   * Ends the process immediately and successfully, as the next write would. A quiet stream may
   * never write again. The kernel closes the connections, which cancels the calls.
   */
  private void readerLeft() {
    interruptReports.readerLeft();
    Runtime.getRuntime().halt(ExitCode.OK);
  }

  /** Lets signals end this process at once. */
  public static void endBySignals() {
    for (String signal : ENDING) {
      Signals.restore(signal);
    }
  }

  private void print(String report) {
    try {
      stderr.write(report.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      return; // there is no other place to report it
    }
  }

  @Override
  public int uid() {
    return uid;
  }

  @Override
  public @Nullable Path gateway() {
    return null;
  }

  @Override
  public Cancellation cancellation() {
    return Cancellation.NEVER;
  }

  @Override
  public Connections connections() {
    return connections;
  }

  @Override
  public Evaluator evaluator() {
    return Evaluator.local();
  }

  @Override
  public void requireOwnProcess(String reason) {}
}
