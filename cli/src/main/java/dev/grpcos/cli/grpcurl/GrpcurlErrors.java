package dev.grpcos.cli.grpcurl;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.Any;
import dev.grpcos.cli.failure.CliException;
import dev.grpcos.cli.output.StatusDetails;
import dev.grpcos.gateway.text.PrintableText;
import io.grpc.Metadata;
import io.grpc.Status;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reports errors on standard error in the form of grpcurl. */
final class GrpcurlErrors {
  private static final Pattern OPTION = Pattern.compile("--([a-z][a-z-]*)");

  private final OutputStream stream;

  GrpcurlErrors(OutputStream stream) {
    this.stream = stream;
  }

  void usage(CliException failure) {
    print(
        PrintableText.line(String.valueOf(failure.getMessage()))
            + "\nTry 'grpcurl -help' for more details.\n");
  }

  void warning(String text) {
    print("Warning: " + PrintableText.line(text) + "\n");
  }

  /** Reports an error of this process. */
  void failed(CliException failure) {
    print(PrintableText.line(String.valueOf(failure.getMessage())) + "\n");
    failure.excerpt().lines().forEach(line -> print("  " + PrintableText.line(line) + "\n"));
  }

  /** Reports the status of the call, with its details. */
  void status(Status status, @Nullable Metadata trailers, GrpcurlFormat format) {
    StringBuilder text =
        new StringBuilder("ERROR:\n  Code: ")
            .append(name(status.getCode()))
            .append("\n  Message: ")
            .append(PrintableText.lines(message(status)))
            .append('\n');
    List<Any> details = StatusDetails.of(trailers);
    if (!details.isEmpty()) {
      text.append("  Details:\n");
    }
    for (int i = 0; i < details.size(); i++) {
      String number = "  " + (i + 1) + ")";
      String further = "\n" + " ".repeat(number.length()) + "\t";
      String detail = PrintableText.lines(format.of(details.get(i)));
      text.append(number).append('\t').append(detail.replace("\n", further)).append('\n');
    }
    print(text.toString());
  }

  /** Reports a status as a message of the output's format. */
  void formatted(Status status, @Nullable Metadata trailers, GrpcurlFormat format) {
    print(
        format.of(
            com.google.rpc.Status.newBuilder()
                .setCode(status.getCode().value())
                .setMessage(message(status))
                .addAllDetails(StatusDetails.of(trailers))
                .build()));
  }

  /** Returns the description, without a remedy that names an option which grpcurl lacks. */
  static String message(Status status) {
    String description = status.getDescription();
    if (description == null) {
      return "";
    }
    int remedy = description.lastIndexOf("; ");
    boolean foreign =
        remedy >= 0
            && OPTION
                .matcher(description)
                .region(remedy, description.length())
                .results()
                .anyMatch(option -> GrpcurlFlag.named(option.group(1)).isEmpty());
    return foreign ? description.substring(0, remedy) : description;
  }

  /** Returns the name that Go gives to a code, such as {@code NotFound}. */
  private static String name(Status.Code code) {
    return switch (code) {
      case OK -> "OK";
      case CANCELLED -> "Canceled";
      default ->
          Stream.of(code.name().split("_", -1))
              .map(word -> word.charAt(0) + word.substring(1).toLowerCase(Locale.ROOT))
              .collect(Collectors.joining());
    };
  }

  void print(String text) {
    try {
      stream.write(text.getBytes(UTF_8));
      stream.flush();
    } catch (IOException e) {
      return; // there is no other place to report it
    }
  }
}
