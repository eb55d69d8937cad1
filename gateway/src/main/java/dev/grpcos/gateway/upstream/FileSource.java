package dev.grpcos.gateway.upstream;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import dev.grpcos.gateway.schema.CompiledSources;
import dev.grpcos.gateway.schema.SchemaConfig;
import dev.grpcos.gateway.schema.SchemaException;
import dev.grpcos.gateway.schema.SchemaLoader;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.Predicate;

/** Reads the schema from descriptor sets and sources. */
final class FileSource implements DescriptorSource {
  private static final System.Logger LOG = System.getLogger("dev.grpcos.gateway.upstream");

  private final SchemaLoader loader;
  private final SchemaConfig schema;
  private final Predicate<String> wanted;
  private final Executor worker;
  private final String title;

  /** The last logged notes on the sources, to log only changes. */
  private volatile List<String> notes = List.of();

  private volatile SortedSet<String> missing = new TreeSet<>();

  /**
   * Creates a source that reads and compiles on {@code worker}.
   *
   * @param title names the upstream in the log
   */
  FileSource(
      SchemaLoader loader,
      SchemaConfig schema,
      Predicate<String> wanted,
      Executor worker,
      String title) {
    this.title = title;
    this.loader = loader;
    this.schema = schema;
    this.wanted = wanted;
    this.worker = worker;
  }

  @Override
  public CompletableFuture<UpstreamSchema> fetch() {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return load();
          } catch (SchemaException e) {
            throw new CompletionException(e);
          }
        },
        worker);
  }

  @Override
  public boolean asksUpstream() {
    return false;
  }

  private UpstreamSchema load() throws SchemaException {
    CompiledSources loaded = loader.load(schema.protoset(), schema.proto());
    report(loaded);
    return UpstreamSchema.of(services(loaded.files(), wanted), loaded.files());
  }

  /** Returns the full names of the services that these files declare. */
  static Set<String> services(SchemaLoader loader, SchemaConfig schema, Predicate<String> wanted)
      throws SchemaException {
    return services(loader.load(schema.protoset(), schema.proto()).files(), wanted);
  }

  private static Set<String> services(List<FileDescriptorProto> files, Predicate<String> wanted) {
    Set<String> services = new TreeSet<>();
    for (FileDescriptorProto file : files) {
      String scope = file.getPackage().isEmpty() ? "" : file.getPackage() + ".";
      for (ServiceDescriptorProto service : file.getServiceList()) {
        if (wanted.test(scope + service.getName())) {
          services.add(scope + service.getName());
        }
      }
    }
    return services;
  }

  private void report(CompiledSources loaded) {
    if (loaded.notes().equals(notes) && loaded.missing().equals(missing)) {
      return;
    }
    notes = loaded.notes();
    missing = loaded.missing();
    notes.forEach(note -> LOG.log(Level.DEBUG, "{0}: {1}", title, note));
    if (!missing.isEmpty()) {
      LOG.log(
          Level.WARNING,
          "{0}: its sources import {1}, which is missing; {2}",
          title,
          String.join(", ", missing),
          schema.proto().words().importRemedy());
    }
  }
}
