package dev.grpcos.cli.command;

import com.google.protobuf.Descriptors.GenericDescriptor;
import dev.grpcos.cli.ExitCode;
import dev.grpcos.cli.describe.ProtoText;
import dev.grpcos.cli.describe.SymbolJson;
import dev.grpcos.cli.schema.MethodResolver;
import dev.grpcos.cli.schema.Schema;
import dev.grpcos.cli.schema.SymbolResolver;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code grpcos describe}: anything that has a name, in proto syntax. */
@Command(
    name = "describe",
    description = {
      "Describes a service, method, message, enum, field, oneof or extension in proto syntax, with"
          + " its comments where the server has them.",
      "",
      "Without a symbol, all services."
    },
    footer = {
      "  grpcos describe Greeter",
      "  grpcos describe helloworld.HelloRequest",
      "  grpcos describe Greeter/SayHello --json",
      "  grpcos describe Greeter --proto-out protos",
      "  grpcos describe --proto greeter.proto -I protos helloworld.Greeter"
    })
final class DescribeCommand implements Callable<Integer> {
  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "SYMBOL",
      description = "A full name, or an end of it that only one symbol has.")
  @Nullable String symbol;

  @Option(names = "--json", description = "Print one JSON object for each symbol.")
  boolean json;

  @Mixin SchemaFileOptions files = new SchemaFileOptions();
  @Mixin SchemaOptions schemas = new SchemaOptions();
  @Mixin EndpointOptions endpoint = new EndpointOptions();
  @Mixin ErrorOptions errors = new ErrorOptions();
  @Mixin StandardOptions standard = new StandardOptions();

  private final CommandContext context;

  DescribeCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    files.admit(context.invocation());
    return schemas.with(context.invocation(), endpoint, this::describe);
  }

  private int describe(Schema schema) {
    List<? extends GenericDescriptor> described =
        symbol == null
            ? schema.services().stream().map(new MethodResolver(schema)::service).toList()
            : List.of(new SymbolResolver(schema).symbol(symbol));
    if (files.given()) {
      files.write(
          schema.files(described.stream().map(GenericDescriptor::getFile).toList()),
          context.invocation());
      return ExitCode.OK;
    }
    for (int i = 0; i < described.size(); i++) {
      GenericDescriptor descriptor = described.get(i);
      if (i > 0 && !json) {
        context.output().line("");
      }
      context
          .output()
          .line(
              json ? SymbolJson.symbol(descriptor) : ProtoText.render(descriptor).stripTrailing());
    }
    return ExitCode.OK;
  }
}
