package dev.grpcos.gateway.exec;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import dev.grpcos.gateway.GatewayException;
import dev.grpcos.gateway.call.EncodedMessage;
import dev.grpcos.gateway.config.GatewayConfig;
import dev.grpcos.gateway.config.MethodConfig;
import dev.grpcos.gateway.config.ServiceConfig;
import dev.grpcos.gateway.exec.Launch.RunAs;
import dev.grpcos.gateway.peer.Account;
import dev.grpcos.gateway.peer.Accounts;
import dev.grpcos.gateway.process.Installation;
import dev.grpcos.gateway.process.OwnProcess;
import dev.grpcos.gateway.reflection.DescriptorIndex;
import dev.grpcos.gateway.route.Route;
import dev.grpcos.gateway.schema.LinkedFiles;
import dev.grpcos.gateway.schema.SchemaException;
import dev.grpcos.gateway.schema.SchemaLoader;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerServiceDefinition;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/** The services of a configuration whose methods are programs. */
public final class ExecServices implements AutoCloseable {
  private static final Duration ONE_RESPONSE_DEADLINE = Duration.ofSeconds(30);

  private final SchemaLoader schemas;
  private final Map<String, String> environment;
  private final ProgramLimit programs;
  private final ExecutorService threads;
  private final ScheduledExecutorService timers;
  private final @Nullable Spawner spawner;
  private List<CoProcessPool> pools = List.of();

  /**
   * Services, none yet.
   *
   * @param installation where the programs are that this needs
   * @param environment the gateway's own, of which programs get a little
   * @param timers ends calls in time
   */
  public ExecServices(
      Installation installation, Map<String, String> environment, ScheduledExecutorService timers) {
    this.schemas = new SchemaLoader(installation.protoc());
    this.environment = Map.copyOf(environment);
    this.timers = timers;
    programs = new ProgramLimit(0);
    threads =
        Executors.newCachedThreadPool(
            task -> {
              Thread thread = new Thread(task, "grpcos-exec");
              thread.setDaemon(true);
              return thread;
            });
    spawner = installation.keeper().map(Spawner::new).orElse(null);
  }

  /** How many programs run now. */
  public int running() {
    return programs.running();
  }

  /** Services of another configuration; either they are committed, or they are discarded. */
  public interface Change {
    /** What would serve. */
    List<Route> routes();

    /** Has the programs of before end when they are done; calls go to these routes already. */
    void commit();

    /** Gives up what was made ready. */
    void discard();
  }

  /**
   * Makes ready what serves this configuration: compiles schemas and looks at programs.
   *
   * @throws GatewayException if it can't be served, with a line for each reason
   */
  public Change prepare(GatewayConfig config) throws GatewayException {
    List<String> problems = new ArrayList<>();
    List<Route> made = new ArrayList<>();
    List<CoProcessPool> newPools = new ArrayList<>();
    for (ServiceConfig service : config.services()) {
      try {
        made.add(route(service, config, newPools, problems));
      } catch (SchemaException e) {
        problems.add("service " + service.service() + ": " + e.getMessage());
      }
    }
    if (!problems.isEmpty()) {
      throw new GatewayException(String.join("\n", problems));
    }
    return new Change() {
      @Override
      public List<Route> routes() {
        return made;
      }

      @Override
      public void commit() {
        programs.bound(config.limits().exec());
        List<CoProcessPool> old = pools;
        pools = List.copyOf(newPools);
        old.forEach(CoProcessPool::close);
      }

      @Override
      public void discard() {
        newPools.forEach(CoProcessPool::close);
      }
    };
  }

  private Route route(
      ServiceConfig config,
      GatewayConfig gateway,
      List<CoProcessPool> newPools,
      List<String> problems)
      throws SchemaException {
    if (spawner == null) {
      throw new SchemaException(
          "programs can't be run: grpcos-exec is missing, which is built where there is a C compiler");
    }
    List<FileDescriptorProto> files = schemas.load(config.schema());
    LinkedFiles linked = new LinkedFiles(files);
    ServiceDescriptor service = linked.service(config.service());
    if (service == null) {
      throw new SchemaException("its schema has only " + linked.services());
    }
    ExecMethod.Surroundings surroundings =
        new ExecMethod.Surroundings(
            spawner, threads, timers, programs, gateway.limits().metadata());
    ServerServiceDefinition.Builder definition =
        ServerServiceDefinition.builder(service.getFullName());
    for (Map.Entry<String, MethodConfig> entry : new TreeMap<>(config.methods()).entrySet()) {
      Descriptors.MethodDescriptor method = service.findMethodByName(entry.getKey());
      String name = service.getFullName() + "/" + entry.getKey();
      if (method == null) {
        problems.add(
            "method %s is not in the schema: it has %s"
                .formatted(
                    name,
                    service.getMethods().stream()
                        .map(Descriptors.MethodDescriptor::getName)
                        .toList()));
        continue;
      }
      add(
          method,
          name,
          entry.getValue(),
          new DetailTypes(linked),
          gateway,
          surroundings,
          definition,
          newPools,
          problems);
    }
    DescriptorIndex index = new DescriptorIndex(files);
    return new Route.Exec(definition.build(), () -> index);
  }

  private void add(
      Descriptors.MethodDescriptor method,
      String name,
      MethodConfig config,
      DetailTypes types,
      GatewayConfig gateway,
      ExecMethod.Surroundings surroundings,
      ServerServiceDefinition.Builder definition,
      List<CoProcessPool> newPools,
      List<String> problems) {
    TrustedProgram.distrust(Path.of(config.exec().command().get(0)), OwnProcess.uid())
        .ifPresent(why -> problems.add("method " + name + ": " + why));
    boolean oneResponse = !method.isServerStreaming();
    if (config.exec().persistent() && (!oneResponse || method.isClientStreaming())) {
      problems.add(
          "method "
              + name
              + " has a stream, which a persistent program can't serve: leave persistent out");
      return;
    }
    if (config.user() != null && OwnProcess.uid() != 0 && config.user().uid() != OwnProcess.uid()) {
      problems.add(
          "method "
              + name
              + ": only a gateway that runs as root can run programs as "
              + config.user().name());
    }
    MethodDescriptor<byte[], byte[]> descriptor =
        MethodDescriptor.<byte[], byte[]>newBuilder()
            .setType(type(method))
            .setFullMethodName(name)
            .setRequestMarshaller(EncodedMessage.MARSHALLER)
            .setResponseMarshaller(EncodedMessage.MARSHALLER)
            .build();
    // JSON is longer than what it encodes; base64 by a third, most else by less than half.
    MethodText text =
        new MethodText(
            method,
            types,
            (int) Math.min(Integer.MAX_VALUE - 16L, 2L * gateway.limits().message()));
    Duration deadline =
        config.deadline() == null && oneResponse ? ONE_RESPONSE_DEADLINE : config.deadline();
    ExecMethod.Handler handler =
        new ExecMethod.Handler(
            config.exec().command(),
            new CallVariables(environment(config.user()), config.environment()),
            config.directory(),
            runAs(config.user()),
            deadline);
    if (config.exec().persistent()) {
      CoProcessPool pool =
          new CoProcessPool(name, handler, config.exec().pool(), text.mostBytes(), surroundings);
      newPools.add(pool);
      definition.addMethod(
          descriptor,
          new PersistentMethod(text, handler, config.concurrency(), pool, surroundings));
    } else {
      definition.addMethod(
          descriptor, new ExecMethod(text, handler, config.concurrency(), surroundings));
    }
  }

  private static MethodType type(Descriptors.MethodDescriptor method) {
    if (method.isClientStreaming()) {
      return method.isServerStreaming() ? MethodType.BIDI_STREAMING : MethodType.CLIENT_STREAMING;
    }
    return method.isServerStreaming() ? MethodType.SERVER_STREAMING : MethodType.UNARY;
  }

  private Map<String, String> environment(@Nullable Account user) {
    if (user == null) {
      return environment;
    }
    Map<String, String> others = new TreeMap<>(environment);
    others.remove("HOME");
    others.put("USER", user.name());
    others.put("LOGNAME", user.name());
    return others;
  }

  private static @Nullable RunAs runAs(@Nullable Account user) {
    return user == null || user.uid() == OwnProcess.uid()
        ? null
        : new RunAs(user.uid(), user.gid(), Accounts.groups(user));
  }

  /** Ends persistent programs, and what runs programs. */
  @Override
  public void close() {
    pools.forEach(CoProcessPool::close);
    threads.shutdown();
    if (spawner != null) {
      spawner.close();
    }
  }
}
