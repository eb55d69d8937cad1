package dev.grpcos.cli.command;

import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import dev.grpcos.cli.failure.CliException;
import dev.grpcos.cli.failure.ExitCode;
import dev.grpcos.cli.invocation.StreamKind;
import dev.grpcos.cli.schema.JsonNameDefaults;
import dev.grpcos.cli.schema.MethodResolver;
import dev.grpcos.cli.schema.MethodResolver.AllServices;
import dev.grpcos.cli.schema.Schema;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code grpcos export descriptors}: writes all services of a server as one descriptor set. */
@Command(
    name = "descriptors",
    description = {
      "Writes the descriptors of all services, with all imports, to standard output.",
      "",
      "The output is a binary google.protobuf.FileDescriptorSet, as protoc"
          + " --descriptor_set_out writes it. Envoy's transcoder and --protoset read it."
    },
    footer = {
      "  grpcos export descriptors >services.binpb",
      "  grpcos call --protoset services.binpb -t api.example:443 SayHello name=world"
    })
final class ExportDescriptorsCommand implements Callable<Integer> {
  @Mixin LookupOptions lookups = new LookupOptions();
  @Mixin StandardOptions standard = new StandardOptions();

  private final CommandContext context;

  ExportDescriptorsCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    if (context.invocation().stdoutKind() == StreamKind.TERMINAL) {
      throw CliException.usage(
          "a descriptor set is binary and cannot be printed on a terminal: redirect it, as in"
              + " >FILE");
    }
    return lookups.run(context.invocation(), this::export);
  }

  private int export(Schema schema) {
    AllServices services = new MethodResolver(schema).services();
    List<FileDescriptor> roots =
        services.described().stream().map(ServiceDescriptor::getFile).toList();
    FileDescriptorSet.Builder set = FileDescriptorSet.newBuilder();
    schema.files(roots).forEach(file -> set.addFile(JsonNameDefaults.addTo(file.source())));
    context.output().write(set.build()::writeTo);
    services.requireAll();
    schema.requireComplete(roots);
    return ExitCode.OK;
  }
}
