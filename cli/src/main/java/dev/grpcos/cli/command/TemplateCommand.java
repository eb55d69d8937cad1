package dev.grpcos.cli.command;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.GenericDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import dev.grpcos.cli.describe.RequestTemplate;
import dev.grpcos.cli.describe.TemplateColours;
import dev.grpcos.cli.describe.TemplateForm;
import dev.grpcos.cli.failure.CliException;
import dev.grpcos.cli.failure.ExitCode;
import dev.grpcos.cli.invocation.StreamKind;
import dev.grpcos.cli.schema.MethodResolver;
import dev.grpcos.cli.schema.Schema;
import dev.grpcos.cli.schema.SymbolResolver;
import dev.grpcos.gateway.json.EncodedFields;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code grpcos template}: prints a request template to fill in. */
@Command(
    name = "template",
    description = {
      "Prints a method's request, or a message, as JSON with its fields to fill in.",
      "",
      "The values are defaults: lists and maps are empty, other fields that can be unset are null,"
          + " and oneofs are left out, so that the request does nothing if it is sent as it is. On"
          + " a terminal, comments show what can be filled in."
    },
    footer = {
      "  grpcos template Greeter/SayHello > request.json",
      "  grpcos template v1.ServerReflectionRequest --oneof message_request=host"
    })
final class TemplateCommand implements Callable<Integer> {
  @Parameters(
      index = "0",
      paramLabel = "METHOD|MESSAGE",
      description = "A full name, or a unique suffix of it.")
  String symbol = "";

  @Option(
      names = "--proto-names",
      description = "Name fields as the .proto file does, not in lowerCamelCase.")
  boolean protoNames;

  @Option(
      names = "--comments",
      description =
          "Show the choices in comments, with those of the .proto file: the fields of a oneof, the"
              + " values of an enum, elements of lists and maps. Default on a terminal. JSON has no"
              + " comments, so this is to be read, see call --edit.")
  boolean comments;

  @Option(
      names = "--oneof",
      paramLabel = "NAME=FIELD",
      description = "Show this field of a oneof, which is set then. Repeatable.")
  List<String> oneofs = new ArrayList<>();

  @Mixin ColorOptions color = new ColorOptions();
  @Mixin LookupOptions lookups = new LookupOptions();
  @Mixin StandardOptions standard = new StandardOptions();

  private final CommandContext context;

  TemplateCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    return lookups.run(context.invocation(), this::template);
  }

  private int template(Schema schema) {
    GenericDescriptor found = new SymbolResolver(schema).symbol(SymbolArgument.name(symbol));
    if (found instanceof MethodDescriptor method) {
      new MethodResolver(schema).requireLinked(method);
    }
    Descriptor message =
        found instanceof MethodDescriptor method
            ? method.getInputType()
            : found instanceof Descriptor type ? type : null;
    if (message == null) {
      throw CliException.usage(
          "%s is neither a method nor a message: give one of them", found.getFullName());
    }
    boolean commented = comments || context.invocation().stdoutKind() == StreamKind.TERMINAL;
    String template =
        RequestTemplate.of(
            message, EncodedFields.NONE, new TemplateForm(protoNames, commented, choices()));
    context.output().line(template, color.with(TemplateColours::of, context.invocation()));
    return ExitCode.OK;
  }

  private Map<String, String> choices() {
    Map<String, String> choices = new LinkedHashMap<>();
    for (String oneof : oneofs) {
      int equals = oneof.indexOf('=');
      if (equals < 1 || equals == oneof.length() - 1) {
        throw CliException.usage("--oneof %s: NAME=FIELD is expected", oneof);
      }
      String name = oneof.substring(0, equals);
      if (choices.put(name, oneof.substring(equals + 1)) != null) {
        throw CliException.usage("--oneof %s: a field of %s is given twice", oneof, name);
      }
    }
    return choices;
  }
}
