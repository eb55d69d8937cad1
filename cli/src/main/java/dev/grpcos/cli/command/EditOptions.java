package dev.grpcos.cli.command;

import com.google.protobuf.Descriptors.MethodDescriptor;
import dev.grpcos.cli.call.MessageFormat;
import dev.grpcos.cli.call.RequestEditor;
import dev.grpcos.cli.call.RequestInput;
import dev.grpcos.cli.call.Requests;
import dev.grpcos.cli.connection.Cancellation;
import dev.grpcos.cli.describe.RequestTemplate;
import dev.grpcos.cli.describe.TemplateForm;
import dev.grpcos.cli.failure.CliException;
import dev.grpcos.cli.failure.ExitCode;
import dev.grpcos.cli.invocation.Editor;
import dev.grpcos.cli.invocation.Invocation;
import dev.grpcos.cli.invocation.StreamKind;
import dev.grpcos.cli.output.ClosedOutputException;
import dev.grpcos.cli.schema.Schema;
import dev.grpcos.gateway.json.EncodedFields;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option for a request that is written in an editor. */
final class EditOptions {
  private static final String HEADER =
      """
      // The request for %s. It is sent when you save it and leave the editor.
      // Comments and commas before closing brackets are ignored. To send nothing, leave without
      // saving, or empty the file.
      """;

  @Option(
      names = "--edit",
      description =
          "Write the request in the editor in VISUAL or EDITOR, by default vi, from a template with"
              + " the choices in comments. It is sent when the file is saved; a file that is not"
              + " saved, or is empty, calls nothing, and the exit code is 1. Runs in a"
              + " separate process, because the gateway has no terminal.")
  boolean edit;

  /** The editor of the current run; null before the requests are needed. */
  private volatile @Nullable RequestEditor editor;

  private static void requireNoOther(List<String> fields, RequestOptions requests) {
    String other =
        requests.data != null
            ? "-d"
            : !fields.isEmpty()
                ? "a FIELD"
                : requests.array
                    ? "--array"
                    : requests.each
                        ? "--each"
                        : requests.format != MessageFormat.JSON ? "--input" : null;
    if (other != null) {
      throw CliException.usage(
          "--edit and %s exclude each other: the request comes from the editor", other);
    }
  }

  /**
   * Runs the command, and keeps the text that the caller wrote unless its calls succeed: on every
   * other way out its file is named.
   *
   * @param command returns the exit code
   * @throws CliException USAGE, if there is another source of requests
   */
  int run(
      IntSupplier command, List<String> fields, RequestOptions requests, CommandContext context) {
    if (!edit) {
      return command.getAsInt();
    }
    requireNoOther(fields, requests);
    Invocation invocation = context.invocation();
    // Before the launcher blocks signals, which the process would inherit.
    invocation.requireOwnProcess("an editor needs the caller's terminal");
    Cancellation.Registration interruption =
        invocation.whenInterrupted(this::interrupted, () -> end(true));
    boolean succeeded = false;
    try {
      int exitCode = command.getAsInt();
      succeeded = exitCode < ExitCode.STATUS_BASE;
      String kept = succeeded ? "" : kept();
      if (!kept.isEmpty()) {
        context.errors().failed(CliException.failure("--edit: %s", kept));
      }
      return exitCode;
    } catch (ClosedOutputException e) {
      succeeded = true;
      throw e;
    } catch (RuntimeException e) {
      throw naming(kept(), e, context);
    } finally {
      end(succeeded);
      interruption.close();
    }
  }

  /** Returns the remedy that names the text, which is kept; empty if there is none. */
  private String kept() {
    RequestEditor used = editor;
    Path text = used == null ? null : used.keepText();
    return text == null
        ? ""
        : "the text is kept in " + text + "; remove the file when you do not need it";
  }

  private static RuntimeException naming(
      String kept, RuntimeException failure, CommandContext context) {
    if (kept.isEmpty()) {
      return failure;
    }
    CliException reported = CliException.of(failure);
    if (reported == null) {
      context.errors().failed(CliException.failure("--edit: %s", kept));
      return failure;
    }
    return reported.advising(kept);
  }

  /** Returns what a signal prints that ends the command. */
  private String interrupted() {
    String kept = kept();
    return kept.isEmpty() ? "" : "grpcos: --edit: interrupted; " + kept + "\n";
  }

  /** Removes the file unless it may have text of calls that failed. */
  private void end(boolean succeeded) {
    RequestEditor used = editor;
    editor = null;
    if (used != null && succeeded) {
      used.remove();
    } else if (used != null) {
      @Nullable Path unused = used.keepText();
    }
  }

  /** Returns the requests that the caller writes; throws the exceptions of the editor. */
  Requests requests(
      RequestInput input,
      MethodDescriptor method,
      Schema schema,
      EncodedFields encoded,
      CommandContext context) {
    Invocation invocation = context.invocation();
    String template =
        HEADER.formatted(method.getService().getFullName() + "/" + method.getName())
            + RequestTemplate.of(
                method.getInputType(), encoded, new TemplateForm(false, true, Map.of()))
            + "\n";
    String folder = invocation.environment("TMPDIR");
    RequestEditor used =
        new RequestEditor(
            new Editor(invocation),
            Path.of(folder == null || folder.isEmpty() ? "/tmp" : folder),
            input.maxBytes(),
            invalid -> again(invalid, context));
    editor = used;
    return used.edit(
        method.getName() + ".jsonc",
        template,
        (text, name) -> input.inText(text, name, method, schema, encoded));
  }

  /** Reports invalid requests, and asks on a terminal whether to edit them again. */
  private static boolean again(CliException invalid, CommandContext context) {
    Invocation invocation = context.invocation();
    if (invocation.stdinKind() != StreamKind.TERMINAL
        || invocation.stderrKind() != StreamKind.TERMINAL) {
      return false;
    }
    context.errors().failed(invalid);
    context.errors().line("Press Enter to edit it again, or n and Enter to stop.");
    try {
      return !answer(invocation.stdin()).strip().equalsIgnoreCase("n");
    } catch (IOException e) {
      return false;
    }
  }

  /** Returns a line; the end of the input means no. */
  private static String answer(InputStream typed) throws IOException {
    StringBuilder line = new StringBuilder();
    int c = typed.read();
    if (c < 0) {
      return "n";
    }
    while (c >= 0 && c != '\n') {
      line.append((char) c);
      c = typed.read();
    }
    return line.toString();
  }
}
