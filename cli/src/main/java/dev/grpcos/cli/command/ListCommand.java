package dev.grpcos.cli.command;

import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import dev.grpcos.cli.describe.NameColours;
import dev.grpcos.cli.describe.SymbolJson;
import dev.grpcos.cli.failure.ExitCode;
import dev.grpcos.cli.output.StandardOutput;
import dev.grpcos.cli.schema.MethodResolver;
import dev.grpcos.cli.schema.Schema;
import dev.grpcos.gateway.text.PrintableText;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code grpcos list}: lists the services, or a service's methods. */
@Command(
    name = "list",
    description = "Lists the services, or a service's methods.",
    footer = {"  grpcos list", "  grpcos list Greeter", "  grpcos list --protoset service.binpb"})
final class ListCommand implements Callable<Integer> {
  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "SERVICE",
      description = "The service's full name, or a unique suffix of it.")
  @Nullable String service;

  @Option(names = "--json", description = "Print one JSON object.")
  boolean json;

  @Mixin ColorOptions color = new ColorOptions();
  @Mixin PagerOptions pager = new PagerOptions();
  @Mixin LookupOptions lookups = new LookupOptions();
  @Mixin StandardOptions standard = new StandardOptions();

  private final CommandContext context;

  ListCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    service = service == null ? null : SymbolArgument.name(service);
    pager.apply(context.invocation());
    return lookups.run(context.invocation(), this::list);
  }

  private int list(Schema schema) {
    StandardOutput output = context.output();
    UnaryOperator<String> colours = color.with(NameColours::of, context.invocation());
    if (service == null) {
      List<String> services = schema.services();
      if (json) {
        output.line(SymbolJson.services(services));
      } else {
        services.forEach(name -> output.line(PrintableText.line(name), colours));
      }
      return ExitCode.OK;
    }
    ServiceDescriptor found = new MethodResolver(schema).service(service);
    if (json) {
      output.line(SymbolJson.methods(found, schema));
    } else {
      for (MethodDescriptor method : found.getMethods()) {
        output.line(found.getFullName() + "/" + method.getName(), colours);
      }
    }
    return ExitCode.OK;
  }
}
