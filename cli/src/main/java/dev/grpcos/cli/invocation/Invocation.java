package dev.grpcos.cli.invocation;

import dev.grpcos.cli.connection.Cancellation;
import dev.grpcos.cli.connection.Connections;
import dev.grpcos.cli.failure.OwnProcessRequiredException;
import dev.grpcos.cli.filter.Evaluator;
import dev.grpcos.gateway.limit.MessageAccount;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One run of a command, with its access to the caller's streams, files and environment.
 *
 * <p>There is one implementation for a separate process and one for a command that the resident
 * runs for a launcher. Each stream may be used by one thread at a time; all other methods may be
 * called by any thread.
 */
public interface Invocation {
  /**
   * Returns the caller's standard input, a {@link SizedInput} if it is a file. No input is consumed
   * before the first read.
   */
  InputStream stdin();

  /** Returns the kind of the caller's standard input. */
  StreamKind stdinKind();

  /**
   * Returns the caller's standard output. Writes to it and to standard error keep their order.
   * Flush it before waiting for anything other than the caller's own input, because only a flush
   * guarantees that the output is sent.
   */
  OutputStream stdout();

  /** Returns the kind of the caller's standard output. */
  StreamKind stdoutKind();

  /**
   * Makes the caller's standard output go through the caller's pager from the first write on, if it
   * is a terminal and the caller has a pager. Called before {@link #stdout}. The caller's process
   * runs the pager, and ends when the user has left it.
   */
  void pageOutput();

  /**
   * Makes the caller's terminal, which is standard input and output, pass each key on at once and
   * without an echo, until the command ends. A signal that ends the command restores the terminal.
   *
   * @param leave the text that makes the terminal show again what it showed before the command, for
   *     an end by a signal; otherwise the command prints it
   */
  void readKeys(String leave);

  /** Returns the caller's standard error, with the same rules as {@link #stdout}. */
  OutputStream stderr();

  /** Returns the kind of the caller's standard error. */
  StreamKind stderrKind();

  /** Returns the width of the caller's terminal in columns; 80 if there is no terminal. */
  int columns();

  /** Returns a variable of the caller's environment, or null if it is not set. */
  @Nullable String environment(String name);

  /**
   * Returns all variables of the caller's environment.
   *
   * @throws OwnProcessRequiredException if the resident runs the command, because it can only
   *     request variables one at a time
   */
  Map<String, String> environment();

  /** Returns the caller's working folder, against which relative paths are resolved. */
  Path workingDirectory();

  /**
   * Opens a file named by an argument, with the caller's rights and relative to the caller's
   * working folder.
   *
   * @throws IOException as in the caller's own process; its message is only the reason, such as "No
   *     such file or directory"
   */
  InputStream open(String file) throws IOException;

  /**
   * Creates a file named by an argument, with the caller's rights and relative to the caller's
   * working folder, or empties an existing one. Only the caller can read a new file. The command
   * ends if a write fails.
   *
   * @throws IOException as {@link #open} does, or if the file is also an input of the command
   */
  OutputStream create(String file) throws IOException;

  /** Returns the caller's effective user id. */
  int uid();

  /**
   * Returns the path of the socket of the gateway that runs the command; null in a separate
   * process.
   */
  @Nullable Path gateway();

  /** Returns the notification of the caller's loss. */
  Cancellation cancellation();

  /**
   * Adds what is done when the command is ended by others, on a thread of its own while the command
   * runs on others, so it must not wait for them for long; it may write to files. Without a
   * registration, a signal prints nothing.
   *
   * @param report makes a text that is printed on standard error when SIGINT, SIGTERM or SIGHUP
   *     ends the command
   * @param readerLeft runs when the loss of standard output's reader ends it, which is no failure
   */
  Cancellation.Registration whenInterrupted(Supplier<String> report, Runnable readerLeft);

  /** Returns the connections for calls. */
  Connections connections();

  /**
   * Returns an account for the requests that the command reads, or for the responses that it
   * receives. It is closed when the command ends.
   */
  default MessageAccount account() {
    return connections().account();
  }

  /**
   * Reserves the place where the command's jq expression is evaluated; called at most once, before
   * the command reads or writes anything. It may wait.
   *
   * @throws OwnProcessRequiredException if the resident runs the command and has no place for it
   */
  Evaluator evaluator();

  /**
   * Requires a separate process for this command; called before the command reads or writes
   * anything.
   *
   * @throws OwnProcessRequiredException if the resident runs the command
   */
  void requireOwnProcess(String reason);
}
