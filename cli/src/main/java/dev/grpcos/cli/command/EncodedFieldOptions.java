package dev.grpcos.cli.command;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.GenericDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import dev.grpcos.cli.call.MessageFormat;
import dev.grpcos.cli.failure.CliException;
import dev.grpcos.cli.failure.ExitCode;
import dev.grpcos.cli.output.ErrorOutput;
import dev.grpcos.cli.output.PrintedTypes;
import dev.grpcos.cli.schema.Schema;
import dev.grpcos.cli.schema.SymbolResolver;
import dev.grpcos.gateway.json.EncodedFields;
import dev.grpcos.gateway.json.Position;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import picocli.CommandLine.Option;

/** The options for bytes fields that hold messages. */
final class EncodedFieldOptions {
  private static final String ENCODE = "--encode";
  private static final String DECODE = "--decode";

  @Option(
      names = ENCODE,
      paramLabel = "FIELD=MESSAGE",
      description =
          "The bytes field FIELD of requests, such as a.payload, holds a message of this type: give"
              + " it as JSON, or its fields as FIELDs. FIELD means each element of a repeated field"
              + " and each value of a map on its path. Repeatable, also for fields of the"
              + " messages.")
  List<String> encoded = new ArrayList<>();

  @Option(
      names = DECODE,
      paramLabel = "FIELD=MESSAGE",
      description =
          "Print the bytes field FIELD of responses as a message of this type, see --encode. Bytes"
              + " that are not such a message stay base64, with a warning.")
  List<String> decoded = new ArrayList<>();

  /**
   * Rejects formats without JSON.
   *
   * @throws CliException USAGE, with the option and the remedy
   */
  void check(MessageFormat input, MessageFormat output) {
    check(ENCODE, encoded, "--input", input);
    check(DECODE, decoded, "-o", output);
  }

  private static void check(
      String option, List<String> arguments, String formatOption, MessageFormat format) {
    if (!arguments.isEmpty() && format != MessageFormat.JSON) {
      throw CliException.usage(
          "%s is for JSON and excludes %s %s: give one of them",
          option, formatOption, format.name().toLowerCase(Locale.ROOT));
    }
  }

  /**
   * Returns the fields of a method's requests.
   *
   * @throws CliException USAGE if an argument names no bytes field or no message
   */
  EncodedFields ofRequests(MethodDescriptor method, Schema schema) {
    return read(ENCODE, encoded, method.getInputType(), schema, warning -> {});
  }

  /** Returns the fields of a method's responses; throws the same exceptions. */
  EncodedFields ofResponses(MethodDescriptor method, Schema schema, ErrorOutput errors) {
    return read(DECODE, decoded, method.getOutputType(), schema, errors::summary);
  }

  private static EncodedFields read(
      String option,
      List<String> arguments,
      Descriptor message,
      Schema schema,
      Consumer<String> warnings) {
    if (arguments.isEmpty()) {
      return EncodedFields.NONE;
    }
    EncodedFields fields = new EncodedFields();
    for (String argument : arguments) {
      String subject = option + " " + argument;
      int equals = argument.indexOf('=');
      if (equals < 1 || equals == argument.length() - 1) {
        throw CliException.usage(
            "%s: FIELD=MESSAGE is expected, as in %s payload=pkg.Message", subject, option);
      }
      Descriptor content = content(subject, argument.substring(equals + 1), schema);
      AtomicBoolean warned = new AtomicBoolean();
      fields.add(
          Position.in(subject),
          message,
          argument.substring(0, equals),
          schema,
          content,
          () -> {
            if (!warned.getAndSet(true)) {
              warnings.accept(
                  "grpcos: %s: bytes that are not a %s are printed as base64"
                      .formatted(subject, content.getFullName()));
            }
          });
    }
    return fields;
  }

  private static Descriptor content(String subject, String name, Schema schema) {
    Descriptor exact = name.indexOf('.') < 0 ? null : new PrintedTypes(schema).message(name);
    if (exact != null) {
      return exact;
    }
    GenericDescriptor symbol;
    try {
      symbol = new SymbolResolver(schema).symbol(name);
    } catch (CliException e) {
      throw e.exitCode() == ExitCode.USAGE
          ? CliException.usage("%s: %s", subject, e.getMessage())
          : e;
    }
    if (symbol instanceof Descriptor found && !found.isPlaceholder()) {
      return found;
    }
    throw CliException.usage(
        "%s: %s is not a message: give the type that the field holds", subject, name);
  }
}
