package dev.grpcos.cli.command;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.GenericDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import dev.grpcos.cli.describe.RequestTemplate;
import dev.grpcos.cli.failure.CliException;
import dev.grpcos.cli.failure.ExitCode;
import dev.grpcos.cli.schema.MethodResolver;
import dev.grpcos.cli.schema.Schema;
import dev.grpcos.cli.schema.SymbolResolver;
import dev.grpcos.gateway.json.JsonLayout;
import dev.grpcos.gateway.json.JsonText;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code grpcos template}: prints a request template to fill in. */
@Command(
    name = "template",
    description = "Prints a method's request, or a message, as JSON with all fields to fill in.",
    footer = {"  grpcos template Greeter/SayHello > request.json"})
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

  @Option(names = "--color", paramLabel = "WHEN", description = ColorMode.DESCRIPTION)
  ColorMode color = ColorMode.AUTO;

  @Mixin SchemaOptions schemas = new SchemaOptions();
  @Mixin LookupOptions lookups = new LookupOptions();
  @Mixin EndpointOptions endpoint = new EndpointOptions();
  @Mixin ErrorOptions errors = new ErrorOptions();
  @Mixin StandardOptions standard = new StandardOptions();

  private final CommandContext context;

  TemplateCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    return schemas.with(context.invocation(), endpoint, lookups.deadline(), this::template);
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
    String template = RequestTemplate.of(message, protoNames);
    if (color.isOn(context.invocation())) {
      JsonText text = new JsonText();
      text.put(template.getBytes(StandardCharsets.UTF_8));
      context.output().write(stream -> new JsonLayout(false, true).write(text, stream));
    } else {
      context.output().line(template);
    }
    return ExitCode.OK;
  }
}
