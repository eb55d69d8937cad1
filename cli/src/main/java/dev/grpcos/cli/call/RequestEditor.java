package dev.grpcos.cli.call;

import com.google.protobuf.DynamicMessage;
import dev.grpcos.cli.failure.CliException;
import dev.grpcos.cli.failure.ExitCode;
import dev.grpcos.cli.invocation.Editor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Lets the caller write requests in an editor. All of them are read before the first is sent.
 *
 * <p>The text stays in its file until it is known that the calls have succeeded: {@link #remove}
 * and {@link #keepText} end the editing.
 */
public final class RequestEditor {
  /** Reads requests from JSON. */
  @FunctionalInterface
  public interface Reading {
    /**
     * Returns the requests in a text.
     *
     * @param name the name of the text in messages
     */
    Requests of(String text, String name);
  }

  private final Editor editor;
  private final Path place;
  private final int maxBytes;
  private final Predicate<CliException> again;

  /** Set once; a signal's thread reads it. */
  private volatile @Nullable EditedFile file;

  /**
   * Creates an editor of requests.
   *
   * @param place the folder for temporary files
   * @param maxBytes the maximum size of the text
   * @param again reports invalid requests, and returns whether the caller edits them again
   */
  public RequestEditor(Editor editor, Path place, int maxBytes, Predicate<CliException> again) {
    this.editor = editor;
    this.place = place;
    this.maxBytes = maxBytes;
    this.again = again;
  }

  /**
   * Returns the requests that the caller has saved.
   *
   * @param name the name of the file
   * @param template its first text, which may have comments
   * @throws CliException FAILURE if there are none; USAGE if they are invalid
   */
  public Requests edit(String name, String template, Reading reading) {
    EditedFile edited = EditedFile.create(place, name, template);
    file = edited;
    while (true) {
      String text = CommentedJson.plain(text(edited));
      if (text.isBlank()) {
        edited.remove();
        throw CliException.failure("--edit: the file has no request, so nothing was sent");
      }
      try {
        var requests = read(reading.of(text, edited.path().toString())).iterator();
        return () -> requests.hasNext() ? requests.next() : null;
      } catch (RuntimeException e) {
        retry(e);
      }
    }
  }

  /** Removes the file, whose text is not needed any more. */
  public void remove() {
    EditedFile edited = file;
    if (edited != null) {
      edited.remove();
    }
  }

  /**
   * Keeps the text that the caller wrote.
   *
   * @return its file, or the folder of the editor's files; null if there is no text
   */
  public @Nullable Path keepText() {
    EditedFile edited = file;
    return edited == null ? null : edited.keepText();
  }

  private String text(EditedFile edited) {
    try {
      int exitCode = editor.edit(edited.path());
      if (exitCode != ExitCode.OK) {
        throw CliException.failure(
            "--edit: the editor '%s' ended with exit code %d, so nothing was sent; set VISUAL or"
                + " EDITOR to another one",
            editor.command(), exitCode);
      }
      if (!edited.isSaved()) {
        edited.remove();
        throw CliException.failure("--edit: the file was not saved, so nothing was sent");
      }
      return edited.read(maxBytes);
    } catch (IOException e) {
      throw CliException.failure(e, "--edit: nothing was sent: %s", e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw CliException.failure(e, "--edit: interrupted, so nothing was sent");
    }
  }

  private static List<DynamicMessage> read(Requests requests) {
    List<DynamicMessage> all = new ArrayList<>();
    for (DynamicMessage next = requests.next(); next != null; next = requests.next()) {
      all.add(next);
    }
    return all;
  }

  /** Returns if the caller edits the invalid requests again. */
  private void retry(RuntimeException failure) {
    CliException invalid = CliException.of(failure);
    if (invalid == null || invalid.exitCode() != ExitCode.USAGE) {
      throw failure;
    }
    if (!again.test(invalid)) {
      throw invalid.advising("nothing was sent");
    }
  }
}
