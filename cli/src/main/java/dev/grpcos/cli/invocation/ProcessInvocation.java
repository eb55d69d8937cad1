package dev.grpcos.cli.invocation;

import dev.grpcos.cli.connection.Connections;
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

/** A command in a process of its own: the process's streams, environment and working folder. */
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
   * This process's run.
   *
   * @param watch begins to watch standard output's reader, whose leaving ends the process; false if
   *     it is too early for that
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
   * What a descriptor is, as procfs tells. Whoever starts the JVM replaces closed ones, because the
   * JVM would give their numbers to its own files, and names them in {@code grpcos.closed}.
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

  /** By the kernel's table of devices: 4 and 5 are consoles, 136 to 143 pseudo-terminals. */
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
      // Read whole, or in part, the bare stream (before Java 18) wants to know its place in a pipe.
      return new BufferedInputStream(
          new FileInputStream(workingDirectory().resolve(file).toFile()));
    } catch (IOException e) {
      throw new IOException(reason(file, e), e);
    }
  }

  /** The kernel's words alone: the JDK says {@code name (reason)}. */
  private static String reason(String file, IOException e) {
    String message = String.valueOf(e.getMessage());
    int open = message.lastIndexOf('(');
    return open >= 0 && message.endsWith(")")
        ? message.substring(open + 1, message.length() - 1)
        : "can't open " + file;
  }

  @Override
  public int uid() {
    return uid;
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
  public void requireOwnProcess(String reason) {}
}
