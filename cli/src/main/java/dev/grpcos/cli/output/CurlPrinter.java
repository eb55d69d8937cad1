package dev.grpcos.cli.output;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Message;
import dev.grpcos.cli.failure.CliException;
import dev.grpcos.gateway.call.MetadataEntry;
import dev.grpcos.gateway.http.HttpMetadata;
import dev.grpcos.gateway.json.JsonText;
import dev.grpcos.gateway.json.ResponseWriter;
import dev.grpcos.gateway.text.ShellText;
import io.grpc.Metadata;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Prints the calls as commands for a POSIX shell, with curl and the gateway's socket. The values of
 * metadata that may be secrets become variables of the shell.
 */
public final class CurlPrinter implements RequestOutput {
  /** The largest body that is an argument. Linux permits 128 KiB, including all headers. */
  private static final int MAX_ARGUMENT = 64 << 10;

  /** The largest body of a request stream, which is printed only when it is complete. */
  private static final int MAX_STREAM = 8 << 20;

  /** The largest value of {@code Connect-Timeout-Ms}, in 10 digits. */
  private static final long MAX_TIMEOUT = 9_999_999_999L;

  private final StandardOutput output;
  private final ResponseWriter writer;
  private final boolean streams;
  private final String start;
  private final String url;
  private final JsonText body = new JsonText();

  /**
   * Creates a printer of calls of one method.
   *
   * @param writer writes requests on one line each
   * @param deadline the deadline of each call; null for none
   * @throws CliException USAGE if metadata cannot be sent as a header
   */
  public CurlPrinter(
      StandardOutput output,
      ResponseWriter writer,
      Path socket,
      MethodDescriptor method,
      @Nullable Duration deadline,
      Metadata metadata) {
    this.output = output;
    this.writer = writer;
    this.streams = method.isClientStreaming();
    this.url = "http://grpcos/" + method.getService().getFullName() + "/" + method.getName();
    StringBuilder command = new StringBuilder("curl -sS --fail-with-body");
    command.append(method.isServerStreaming() ? " -N" : "");
    command.append(" --unix-socket ").append(ShellText.word(socket.toString()));
    if (deadline != null) {
      long millis = deadline.plusNanos(999_999).toMillis();
      command
          .append(" -H 'Connect-Timeout-Ms: ")
          .append(Math.min(millis, MAX_TIMEOUT))
          .append('\'');
    }
    appendHeaders(metadata, command);
    this.start = command.toString();
  }

  private static void appendHeaders(Metadata metadata, StringBuilder command) {
    HeaderVariables variables = new HeaderVariables();
    for (MetadataEntry entry : MetadataEntry.of(metadata)) {
      String key = entry.key();
      if (!HttpMetadata.isMetadata(key)) {
        throw CliException.usage(
            "--dry-run=curl: the header '%s' cannot be metadata over HTTP/1.1, which uses it"
                + " itself: leave it out",
            key);
      }
      command.append(" -H ");
      if (entry.secret()) {
        command.append('"').append(key).append(": ${");
        command.append(variables.next(key)).append("}\"");
      } else {
        // With a colon and no value, curl would remove a header of its own.
        command.append(
            ShellText.word(entry.value().isEmpty() ? key + ";" : key + ": " + entry.value()));
      }
    }
  }

  @Override
  public void print(long sequence, Message request) {
    writer.append(request, body);
    if (!streams) {
      if (body.length() <= MAX_ARGUMENT) {
        print(start + " --data-raw " + ShellText.word(text()) + " " + url + "\n");
      } else {
        print(start + " --data-binary @- " + url + " <<'EOF'\n" + text() + "\nEOF\n");
      }
      body.clear();
      return;
    }
    body.put('\n');
    if (body.length() > MAX_STREAM) {
      throw CliException.usage(
          "--dry-run=curl: the requests of the call have more than %d bytes as JSON, the most that"
              + " is printed: give fewer, then pass all of them to the standard input of curl",
          MAX_STREAM);
    }
  }

  /** Prints the call of a stream, whose messages curl sends as they are read. */
  @Override
  public void end() {
    if (streams) {
      print(
          "%s -X POST -T - -H 'Content-Type: application/x-ndjson' %s <<'EOF'\n%sEOF\n"
              .formatted(start, url, text()));
    }
  }

  private String text() {
    return new String(body.array(), 0, body.length(), UTF_8);
  }

  private void print(String command) {
    output.write(stream -> stream.write(command.getBytes(UTF_8)));
  }
}
