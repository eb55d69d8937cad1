package dev.grpcos.cli.command;

import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.GenericDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import dev.grpcos.cli.describe.ProtoColours;
import dev.grpcos.cli.describe.ProtoText;
import dev.grpcos.cli.describe.SymbolJson;
import dev.grpcos.cli.describe.UsedTypes;
import dev.grpcos.cli.failure.CliException;
import dev.grpcos.cli.failure.ExitCode;
import dev.grpcos.cli.schema.MethodResolver;
import dev.grpcos.cli.schema.MethodResolver.AllServices;
import dev.grpcos.cli.schema.Schema;
import dev.grpcos.cli.schema.SymbolResolver;
import dev.grpcos.gateway.schema.LinkedFile;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code grpcos describe}: describes any named symbol in proto syntax. */
@Command(
    name = "describe",
    description = {
      "Describes a service, method, message, enum, field, oneof, extension or whole file"
          + " in proto syntax, with its comments if the server provides them.",
      "",
      "Without a symbol, it describes all services."
    },
    footer = {
      "  grpcos describe Greeter",
      "  grpcos describe helloworld.HelloRequest",
      "  grpcos describe Greeter/SayHello --json",
      "  grpcos describe helloworld.proto > helloworld.proto",
      "  grpcos describe Greeter --proto-out protos",
      "  grpcos describe --proto greeter.proto -I protos helloworld.Greeter"
    })
final class DescribeCommand implements Callable<Integer> {
  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "SYMBOL",
      description =
          "A full name, a unique suffix of it, or the name of a file. Services and methods"
              + " take precedence.")
  @Nullable String symbol;

  @Option(names = "--json", description = "Print one JSON object for each symbol.")
  boolean json;

  @Option(
      names = "--depth",
      paramLabel = "N",
      description =
          "Also print the types that the symbol uses: its messages with 1, the types of their"
              + " fields with 2, and so on. Default: 1 for a method without --json, else 0.")
  @Nullable Integer depth;

  @Mixin ColorOptions color = new ColorOptions();
  @Mixin PagerOptions pager = new PagerOptions();
  @Mixin SchemaFileOptions files = new SchemaFileOptions();
  @Mixin LookupOptions lookups = new LookupOptions();
  @Mixin StandardOptions standard = new StandardOptions();

  private static final int MAX_DEPTH = 100;

  private final CommandContext context;

  DescribeCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    symbol = symbol == null ? null : SymbolArgument.name(symbol);
    if (depth != null) {
      Bounds.require("--depth", depth, 0, MAX_DEPTH);
    }
    pager.apply(context.invocation());
    files.admit(context.invocation());
    return lookups.run(context.invocation(), this::describe);
  }

  private int describe(Schema schema) {
    if (symbol == null) {
      AllServices services = new MethodResolver(schema).services();
      describe(schema, services.described());
      services.requireAll();
    } else {
      describe(schema, List.of(named(schema, symbol)));
    }
    return ExitCode.OK;
  }

  private static GenericDescriptor named(Schema schema, String name) {
    if (!name.endsWith(".proto")) {
      return new SymbolResolver(schema).symbol(name);
    }
    GenericDescriptor file = schema.file(name);
    GenericDescriptor found = file == null ? schema.symbol(name) : file;
    if (found == null) {
      throw CliException.usage(
          "the schema has no file '%s': give the name that its importers use, as in"
              + " google/protobuf/any.proto",
          name);
    }
    return found;
  }

  private void describe(Schema schema, List<? extends GenericDescriptor> described) {
    if (files.given()) {
      List<FileDescriptor> roots = described.stream().map(GenericDescriptor::getFile).toList();
      files.write(schema.files(roots), context.invocation());
      schema.requireComplete(roots);
      return;
    }
    UnaryOperator<String> colours = color.with(ProtoColours::of, context.invocation());
    boolean first = true;
    for (GenericDescriptor descriptor : UsedTypes.with(described, depth(described))) {
      if (!first && !json) {
        context.output().line("");
      }
      first = false;
      List<FileDescriptor> imports =
          schema.files(List.of(descriptor.getFile())).stream().map(LinkedFile::linked).toList();
      if (json) {
        context.output().line(SymbolJson.symbol(descriptor, imports, schema));
      } else {
        String text = ProtoText.render(descriptor, imports).stripTrailing();
        context.output().line(text, colours);
      }
    }
  }

  private int depth(List<? extends GenericDescriptor> described) {
    boolean method = described.size() == 1 && described.get(0) instanceof MethodDescriptor;
    return depth != null ? depth : method && !json ? 1 : 0;
  }
}
