package dev.grpcos.cli.command;

import com.google.protobuf.Descriptors.ServiceDescriptor;
import dev.grpcos.cli.failure.ExitCode;
import dev.grpcos.cli.schema.MethodResolver;
import dev.grpcos.cli.schema.MethodResolver.AllServices;
import dev.grpcos.cli.schema.Schema;
import dev.grpcos.gateway.openapi.OpenApiDocument;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code grpcos export openapi}: describes services as an OpenAPI document. */
@Command(
    name = "openapi",
    description = {
      "Writes an OpenAPI 3.1 document of services to standard output.",
      "",
      "It describes the gateway's HTTP interface with JSON: each method as"
          + " POST /package.Service/Method, and the paths in annotations of google.api.http."
          + " The gateway serves the same document as /openapi.json."
    },
    footer = {
      "  grpcos export openapi >openapi.json",
      "  grpcos export openapi Greeter | jq .paths"
    })
final class ExportOpenApiCommand implements Callable<Integer> {
  @Parameters(
      arity = "0..*",
      paramLabel = "SERVICE",
      description = "The service's full name, or a unique suffix of it. Default: all services.")
  List<String> names = new ArrayList<>();

  @Mixin LookupOptions lookups = new LookupOptions();
  @Mixin StandardOptions standard = new StandardOptions();

  private final CommandContext context;

  ExportOpenApiCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    names.replaceAll(SymbolArgument::name);
    return lookups.run(context.invocation(), this::export);
  }

  private int export(Schema schema) {
    MethodResolver resolver = new MethodResolver(schema);
    if (names.isEmpty()) {
      AllServices services = resolver.services();
      write(services.described());
      services.requireAll();
    } else {
      write(names.stream().map(resolver::service).distinct().toList());
    }
    return ExitCode.OK;
  }

  private void write(List<ServiceDescriptor> services) {
    context.output().line(OpenApiDocument.of(services, method -> true));
  }
}
