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

/** Lets the caller write requests in an editor. All of them are read before the first is sent. */
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
   * @throws CliException FAILURE if there are none; USAGE if they are invalid, and are kept in the
   *     file that the message names
   */
  public Requests edit(String name, String template, Reading reading) {
    try (EditedFile file = EditedFile.create(place, name, template)) {
      while (true) {
        String text = CommentedJson.plain(edited(file));
        if (text.isBlank()) {
          throw CliException.failure("--edit: the file has no request, so nothing was sent");
        }
        try {
          var requests = read(reading.of(text, file.path().toString())).iterator();
          return () -> requests.hasNext() ? requests.next() : null;
        } catch (RuntimeException e) {
          retry(e, file);
        }
      }
    }
  }

  private String edited(EditedFile file) {
    try {
      int exitCode = editor.edit(file.path());
      if (exitCode != ExitCode.OK) {
        throw CliException.failure(
            "--edit: the editor '%s' ended with exit code %d, so nothing was sent; set VISUAL or"
                + " EDITOR to another one",
            editor.command(), exitCode);
      }
      if (!file.isSaved()) {
        throw CliException.failure("--edit: the file was not saved, so nothing was sent");
      }
      return file.read(maxBytes);
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
  private void retry(RuntimeException failure, EditedFile file) {
    CliException invalid = CliException.of(failure);
    if (invalid == null || invalid.exitCode() != ExitCode.USAGE) {
      throw failure;
    }
    if (!again.test(invalid)) {
      file.keep();
      throw CliException.usage(
          "%s; nothing was sent, and the file is kept: correct it, or remove it",
          invalid.getMessage());
    }
  }
}
