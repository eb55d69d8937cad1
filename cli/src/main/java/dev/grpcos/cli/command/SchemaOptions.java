package dev.grpcos.cli.command;

import dev.grpcos.cli.call.CallHeaders;
import dev.grpcos.cli.call.MeteredInput;
import dev.grpcos.cli.connection.CallScope;
import dev.grpcos.cli.connection.Connection;
import dev.grpcos.cli.connection.Endpoint;
import dev.grpcos.cli.daemon.GatewayProcess;
import dev.grpcos.cli.failure.CliException;
import dev.grpcos.cli.invocation.Invocation;
import dev.grpcos.cli.schema.LinkedSchema;
import dev.grpcos.cli.schema.Protoset;
import dev.grpcos.cli.schema.Schema;
import dev.grpcos.gateway.limit.MessageAccount;
import dev.grpcos.gateway.schema.CompiledSources;
import dev.grpcos.gateway.schema.DescriptorFile;
import dev.grpcos.gateway.schema.SchemaException;
import dev.grpcos.gateway.schema.SchemaLoader;
import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options for the source of descriptors. */
final class SchemaOptions {
  @Option(
      names = "--protoset",
      paramLabel = "FILE",
      description =
          "Read the schema from a descriptor set, as protoc --descriptor_set_out or buf build"
              + " -o write it, instead of the server's reflection. Repeatable, also with --proto:"
              + " duplicates come from the first source, sets before .proto files.")
  List<String> protosets = new ArrayList<>();

  @Option(
      names = "--proto",
      paramLabel = "FILE",
      description =
          "Read the schema from a .proto file, or from all .proto files in a folder. They may"
              + " import google/protobuf, google/api, google/rpc, google/type and files found with"
              + " -I. Options whose definitions are missing are left out, see call -v. Repeatable.")
  List<String> sources = new ArrayList<>();

  @Option(
      names = {"-I", "--import-path"},
      paramLabel = "DIR",
      description =
          "With --proto: a folder in which .proto files and their imports are searched."
              + " Repeatable. Default: a folder given with --proto, the working folder, and the"
              + " folder of a FILE outside of it.")
  List<String> folders = new ArrayList<>();

  @Option(
      names = "--reflection",
      description =
          "With --protoset or --proto: also ask the server's reflection, for definitions that"
              + " the files lack.")
  boolean reflection;

  private final List<String> notes = new ArrayList<>();

  @Mixin HeaderOptions headers = new HeaderOptions();

  @Option(
      names = "--reflect-header",
      paramLabel = "'K: V'",
      description = "As -H, but sent with reflection requests only. Repeatable.")
  List<String> reflectHeaders = new ArrayList<>();

  /**
   * Checks the options, and requires a separate process for compiling sources. Must be called
   * before anything is read.
   */
  void admit(Invocation invocation) {
    if (sources.isEmpty() && !folders.isEmpty()) {
      throw CliException.usage("-I requires --proto: give the source with --proto FILE");
    }
    if (!sources.isEmpty()) {
      invocation.requireOwnProcess("the caller's files must be compiled with the caller's rights");
    }
  }

  /**
   * Returns what the compilation left out, one line for each file; complete once the schema is
   * read.
   */
  List<String> notes() {
    return Collections.unmodifiableList(notes);
  }

  /** Returns whether the schema comes from the server, at least in part. */
  boolean needServer() {
    return reflection || (protosets.isEmpty() && sources.isEmpty());
  }

  /**
   * Runs the body with the schema, over a connection if the schema comes from the server.
   *
   * @param deadline the longest time for lookups, or null for the default
   */
  int with(
      Invocation invocation,
      EndpointOptions endpoint,
      @Nullable Duration deadline,
      ToIntFunction<Schema> body) {
    Endpoint server = endpoint.resolve(invocation);
    if (needServer()) {
      server.admit();
    }
    Metadata metadata = reflectionMetadata(headers.metadata(invocation, server), invocation);
    return with(invocation, server::connect, deadline, metadata, body);
  }

  /** Runs the body with the schema, with this metadata for reflection requests. */
  int with(
      Invocation invocation,
      Supplier<Connection> connector,
      @Nullable Duration deadline,
      Metadata metadata,
      ToIntFunction<Schema> body) {
    admit(invocation);
    if (!needServer()) {
      return body.applyAsInt(LinkedSchema.of(files(invocation)));
    }
    return CallScope.run(
        invocation.cancellation(),
        connector,
        deadline,
        connection -> body.applyAsInt(schema(invocation, connection, metadata)));
  }

  /** Returns the schema for calls on the connection, with this metadata for reflection requests. */
  Schema schema(Invocation invocation, Connection connection, Metadata metadata) {
    if (protosets.isEmpty() && sources.isEmpty()) {
      return connection.reflected(metadata);
    }
    List<DescriptorFile> files = files(invocation);
    return reflection
        ? LinkedSchema.of(
            files,
            ClientInterceptors.intercept(
                connection.channel(), MetadataUtils.newAttachHeadersInterceptor(metadata)))
        : LinkedSchema.of(files);
  }

  /**
   * Returns the current schema for calls on the connection, each time that it is asked; files are
   * read once, and now.
   */
  Supplier<Schema> current(Invocation invocation, Connection connection, Metadata metadata) {
    if (protosets.isEmpty() && sources.isEmpty()) {
      return () -> connection.reflected(metadata);
    }
    Schema fromFiles = schema(invocation, connection, metadata);
    return () -> fromFiles;
  }

  /**
   * Returns the metadata for reflection requests.
   *
   * @param common the metadata of all requests, which is not read again, because files may be gone
   */
  Metadata reflectionMetadata(Metadata common, Invocation invocation) {
    return new CallHeaders(common, new Metadata(), ofReflection(invocation)).ofReflection();
  }

  /** Returns the metadata that only reflection requests carry. */
  Metadata ofReflection(Invocation invocation) {
    Metadata metadata = new Metadata();
    headers.add(metadata, "--reflect-header", reflectHeaders, invocation);
    return metadata;
  }

  private List<DescriptorFile> files(Invocation invocation) {
    List<DescriptorFile> files = new ArrayList<>();
    MessageAccount account = invocation.account();
    for (String protoset : protosets) {
      try (InputStream in =
          new MeteredInput(invocation.open(protoset), account, "--protoset " + protoset)) {
        files.addAll(Protoset.read(in, protoset));
      } catch (IOException e) {
        throw CliException.failure(e, "--protoset %s cannot be read: %s", protoset, e.getMessage());
      }
    }
    if (!sources.isEmpty()) {
      CompiledSources compiled = compiled(invocation);
      notes.addAll(compiled.notes());
      compiled.files().forEach(file -> files.add(DescriptorFile.of(file)));
    }
    return files;
  }

  private CompiledSources compiled(Invocation invocation) {
    try (PipedSources piped = new PipedSources(invocation)) {
      return new SchemaLoader(GatewayProcess.installation().protoc())
          .compile(
              SourceSettings.named(piped.files(sources), folders, invocation.workingDirectory()));
    } catch (SchemaException e) {
      throw SourceSettings.failure(sources, e);
    }
  }
}
