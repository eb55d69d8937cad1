package dev.grpcos.cli.invocation;

import dev.grpcos.cli.connection.Cancellation;
import dev.grpcos.cli.connection.Connections;
import dev.grpcos.cli.filter.Evaluator;
import java.io.BufferedInputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** A command in a separate process, with the process's streams, environment and working folder. */
public final class ProcessInvocation implements Invocation {
  private static final int FILE_TYPE = 0170000;
  private static final int CHARACTER_DEVICE = 0020000;
  private static final int REGULAR = 0100000;

  private final InputStream stdin = new FileInputStream(FileDescriptor.in);
  private final OutputStream stdout;
  private final OutputStream stderr = new FileOutputStream(FileDescriptor.err);
  private final Connections connections;
  private final int uid;

  /**
   * Creates this process's invocation.
   *
   * @param watch starts watching for the loss of standard output's reader, which ends the process;
   *     returns false if it is too early for that
   */
  public ProcessInvocation(Connections connections, BooleanSupplier watch) throws IOException {
    this.connections = connections;
    this.stdout = new WatchedOutput(new FileOutputStream(FileDescriptor.out), watch);
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
    return stdout;
  }

  @Override
  public StreamKind stdoutKind() {
    return kind(1);
  }

  @Override
  public OutputStream stderr() {
    return stderr;
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
      return new BufferedInputStream(
          new FileInputStream(workingDirectory().resolve(file).toFile()));
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
