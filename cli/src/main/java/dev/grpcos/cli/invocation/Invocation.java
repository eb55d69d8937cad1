package dev.grpcos.cli.invocation;

import dev.grpcos.cli.connection.Connections;
import dev.grpcos.cli.failure.OwnProcessRequiredException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One run of a command: everything that it may reach of its caller.
 *
 * <p>There is one for a process of its own and one for a command that the resident runs for a
 * launcher. The streams may be used by one thread at a time each; the rest by any.
 */
public interface Invocation {
  /** The caller's standard input. Nothing is taken from it before the first read. */
  InputStream stdin();

  /** What the caller's standard input is. */
  StreamKind stdinKind();

  /**
   * The caller's standard output. Its order with standard error is that of the writes; to be sure
   * that it is on its way it must be flushed, before a wait for anything but the caller's own
   * input.
   */
  OutputStream stdout();

  /** What the caller's standard output is. */
  StreamKind stdoutKind();

  /** The caller's standard error, as {@link #stdout}. */
  OutputStream stderr();

  /** What the caller's standard error is. */
  StreamKind stderrKind();

  /** Width of the caller's terminal in columns; 80 where there is none. */
  int columns();

  /** A variable of the caller's environment, or null where it is not set. */
  @Nullable String environment(String name);

  /**
   * All variables of the caller's environment.
   *
   * @throws OwnProcessRequiredException where the resident runs the command, which asks for
   *     variables one at a time
   */
  Map<String, String> environment();

  /** The caller's working folder, against which relative paths are resolved. */
  Path workingDirectory();

  /**
   * Opens a file that an argument names, with the caller's rights and against the caller's working
   * folder.
   *
   * @throws IOException as the caller would have got it; its message is the reason alone, as in "No
   *     such file or directory"
   */
  InputStream open(String file) throws IOException;

  /** The caller's effective user id. */
  int uid();

  /** Tells when the caller is gone. */
  Cancellation cancellation();

  /** Where calls go. */
  Connections connections();

  /**
   * Declares that this command needs a process of its own, before it reads or writes anything.
   *
   * @throws OwnProcessRequiredException where the resident runs the command
   */
  void requireOwnProcess(String reason);
}
