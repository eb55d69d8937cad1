package dev.grpcos.cli.grpcurl;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Message;
import dev.grpcos.cli.call.CallHeaders;
import dev.grpcos.cli.failure.CliException;
import dev.grpcos.cli.output.HeaderVariables;
import dev.grpcos.cli.output.RequestOutput;
import dev.grpcos.cli.output.StandardOutput;
import dev.grpcos.gateway.call.MetadataEntry;
import dev.grpcos.gateway.json.Types;
import dev.grpcos.gateway.text.ShellText;
import io.grpc.Metadata;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Prints calls as commands of grpcurl for a POSIX shell. The values of headers that may be secrets
 * become environment variables, which grpcurl itself reads.
 */
public final class GrpcurlDryRun implements RequestOutput {
  /** The largest data that is an argument. Linux permits 128 KiB. */
  private static final int MAX_ARGUMENT = 64 << 10;

  /** The largest data of a request stream, which is printed only when it is complete. */
  private static final int MAX_STREAM = 8 << 20;

  private final StandardOutput output;
  private final GrpcurlJson json;
  private final boolean streams;
  private final String start;
  private final String end;
  private final StringBuilder messages = new StringBuilder();

  /**
   * Creates a printer of calls of one method.
   *
   * @param types resolves extensions and the contents of an Any
   * @param options the options, apart from headers and data
   */
  public GrpcurlDryRun(
      StandardOutput output,
      Types types,
      List<String> options,
      CallHeaders headers,
      String address,
      MethodDescriptor method) {
    this.output = output;
    this.json = new GrpcurlJson(types, false);
    this.streams = method.isClientStreaming();
    List<String> words = new ArrayList<>(List.of("grpcurl"));
    words.addAll(options);
    addHeaders(headers, words);
    this.start = joined(words);
    this.end = joined(List.of(address, method.getService().getFullName() + "/" + method.getName()));
  }

  private static String joined(List<String> words) {
    return String.join(" ", words.stream().map(ShellText::word).toList());
  }

  private static void addHeaders(CallHeaders headers, List<String> words) {
    HeaderVariables variables = new HeaderVariables();
    List<String> added = new ArrayList<>();
    boolean expands =
        Stream.of(headers.common(), headers.call(), headers.reflection())
            .anyMatch(GrpcurlDryRun::isSecret);
    add("-H", headers.common(), expands, variables, added);
    add("-rpc-header", headers.call(), expands, variables, added);
    add("-reflect-header", headers.reflection(), expands, variables, added);
    if (expands) {
      words.add("-expand-headers");
    }
    words.addAll(added);
  }

  private static boolean isSecret(Metadata metadata) {
    return MetadataEntry.all(metadata).stream().anyMatch(MetadataEntry::secret);
  }

  private static void add(
      String option,
      Metadata metadata,
      boolean expands,
      HeaderVariables variables,
      List<String> words) {
    for (MetadataEntry entry : MetadataEntry.all(metadata)) {
      boolean variable = entry.secret() || (expands && entry.value().contains("${"));
      words.add(option);
      words.add(
          entry.key()
              + ": "
              + (variable ? "${" + variables.next(entry.key()) + "}" : entry.value()));
    }
  }

  @Override
  public void print(long sequence, Message request) {
    String message = json.line(request);
    if (!streams) {
      print(message);
      return;
    }
    messages.append(messages.isEmpty() ? "" : "\n").append(message);
    if (messages.length() > MAX_STREAM) {
      throw CliException.usage(
          "--dry-run=grpcurl: the requests of the call have more than %d bytes as JSON, the most"
              + " that is printed: give fewer, then pass all of them to the standard input of"
              + " grpcurl",
          MAX_STREAM);
    }
  }

  /** Prints the call of a stream. */
  @Override
  public void end() {
    if (streams) {
      print(messages.toString());
    }
  }

  private void print(String data) {
    String command =
        data.length() <= MAX_ARGUMENT
            ? start + (data.isEmpty() ? "" : " -d " + ShellText.word(data)) + " " + end + "\n"
            : start + " -d @ " + end + " <<'EOF'\n" + data + "\nEOF\n";
    output.write(stream -> stream.write(command.getBytes(UTF_8)));
  }
}
