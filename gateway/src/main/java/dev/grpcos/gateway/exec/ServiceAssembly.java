package dev.grpcos.gateway.exec;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import dev.grpcos.gateway.call.EncodedMessage;
import dev.grpcos.gateway.config.MethodConfig;
import dev.grpcos.gateway.config.ServiceConfig;
import dev.grpcos.gateway.exec.Launch.RunAs;
import dev.grpcos.gateway.peer.Account;
import dev.grpcos.gateway.peer.Accounts;
import dev.grpcos.gateway.process.OwnProcess;
import dev.grpcos.gateway.reflection.DescriptorIndex;
import dev.grpcos.gateway.route.Route;
import dev.grpcos.gateway.schema.SchemaConfig;
import dev.grpcos.gateway.schema.SchemaException;
import dev.grpcos.gateway.trust.TrustedCommand;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerServiceDefinition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * Creates routes for services whose methods are programs, and collects problems. Not thread-safe.
 */
final class ServiceAssembly {
  private static final Duration ONE_RESPONSE_DEADLINE = Duration.ofSeconds(30);

  private final ExecRuntime runtime;
  private final Map<String, String> environment;
  private final int messageBytes;
  private final List<Route> routes = new ArrayList<>();
  private final List<ProgramPool> pools = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();

  /**
   * Creates an assembly without services.
   *
   * @param environment the environment of which programs get a part
   * @param messageBytes the largest message
   */
  ServiceAssembly(ExecRuntime runtime, Map<String, String> environment, int messageBytes) {
    this.runtime = runtime;
    this.environment = environment;
    this.messageBytes = messageBytes;
  }

  List<Route> routes() {
    return routes;
  }

  /** Returns the pools of persistent programs. No process runs before the first call. */
  List<ProgramPool> pools() {
    return pools;
  }

  /** Returns the problems, one line each. */
  List<String> problems() {
    return problems;
  }

  /** Adds a service, or its problems. */
  void add(ServiceConfig config, List<FileDescriptorProto> files) {
    ServiceSchema schema = new ServiceSchema(files);
    ServiceDescriptor service;
    try {
      service = schema.service(config.service());
    } catch (SchemaException e) {
      problem(config, e);
      return;
    }
    if (service == null) {
      problems.add(
          "%sservice %s is not in its schema: give one of %s"
              .formatted(config.at(), config.service(), schema.services()));
      return;
    }
    ServerServiceDefinition.Builder definition =
        ServerServiceDefinition.builder(service.getFullName());
    DetailTypes types = new DetailTypes(schema);
    for (Map.Entry<String, MethodConfig> entry : new TreeMap<>(config.methods()).entrySet()) {
      Descriptors.MethodDescriptor method = service.findMethodByName(entry.getKey());
      if (method == null) {
        problems.add(
            "%smethod %s/%s is not in the schema: give one of %s"
                .formatted(
                    entry.getValue().at(),
                    service.getFullName(),
                    entry.getKey(),
                    service.getMethods().stream()
                        .map(Descriptors.MethodDescriptor::getName)
                        .toList()));
      } else {
        add(List.of(method), entry.getValue(), false, schema, config, types, definition);
      }
    }
    MethodConfig others = config.others();
    if (others != null) {
      List<Descriptors.MethodDescriptor> unnamed =
          service.getMethods().stream()
              .filter(method -> !config.methods().containsKey(method.getName()))
              .toList();
      add(unnamed, others, true, schema, config, types, definition);
    }
    DescriptorIndex index = new DescriptorIndex(schema.files());
    routes.add(new Route.ExecRoute(definition.build(), () -> index));
  }

  private static String remedy(SchemaConfig schema) {
    if (schema.isEmpty()) {
      return ""; // a temporary service has no configuration here
    }
    return schema.proto().sources().isEmpty()
        ? "; give a descriptor set that has all imports"
        : "; " + schema.proto().words().importRemedy();
  }

  /** Adds the problem that a service has no schema. */
  void problem(ServiceConfig config, SchemaException why) {
    problems.add("%sservice %s: %s".formatted(config.at(), config.service(), why.getMessage()));
  }

  /**
   * Adds methods that one program serves, or their problems.
   *
   * @param named whether the program gets the name of the method
   */
  private void add(
      List<Descriptors.MethodDescriptor> methods,
      MethodConfig config,
      boolean named,
      ServiceSchema schema,
      ServiceConfig service,
      DetailTypes types,
      ServerServiceDefinition.Builder definition) {
    Semaphore calls = new Semaphore(config.concurrency());
    ProgramPool pool = null;
    boolean trusted = false;
    for (Descriptors.MethodDescriptor method : methods) {
      String name = method.getService().getFullName() + "/" + method.getName();
      if (schema.missingType(method) != null) {
        problems.add(
            "%smethod %s uses %s%s"
                .formatted(
                    config.at(), name, schema.missingType(method), remedy(service.schema())));
        continue;
      }
      if (!trusted) {
        trusted = true;
        requireTrust(config, named ? "service " + service.service() : "method " + name);
      }
      if (config.exec().persistent()
          && (method.isServerStreaming() || method.isClientStreaming())) {
        problems.add(
            "%smethod %s has a stream, which a persistent program cannot serve: %s"
                .formatted(
                    config.at(),
                    name,
                    named ? "give it a program of its own under methods" : "leave persistent out"));
        continue;
      }
      MethodText text = new MethodText(method, types, messageBytes);
      MethodProgram program = program(method, name, config, named);
      if (config.exec().persistent() && pool == null) {
        pool = pool(named ? program.of(service.service()) : program, text, config.exec().pool());
      }
      MethodDescriptor<byte[], byte[]> descriptor = descriptor(method, name);
      definition.addMethod(
          descriptor,
          pool == null
              ? oneShot(program, calls, text, descriptor.getType())
              : persistent(program, calls, text, pool));
    }
  }

  private void requireTrust(MethodConfig config, String subject) {
    String own = config.environment().get("PATH");
    TrustedCommand.distrust(
            config.exec().command(),
            config.directory(),
            own == null ? environment.get("PATH") : own,
            OwnProcess.uid())
        .ifPresent(why -> problems.add("%s%s: %s".formatted(config.at(), subject, why)));
  }

  private MethodProgram program(
      Descriptors.MethodDescriptor method, String name, MethodConfig config, boolean named) {
    List<String> command = new ArrayList<>(config.exec().command());
    if (named && !config.exec().persistent()) {
      command.add(method.getName());
    }
    return new MethodProgram(
        name,
        command,
        new CallVariables(environment(config.user()), config.environment()),
        config.directory(),
        runAs(config.user()),
        config.deadline() == null && !method.isServerStreaming()
            ? ONE_RESPONSE_DEADLINE
            : config.deadline(),
        config.concurrency());
  }

  private static MethodDescriptor<byte[], byte[]> descriptor(
      Descriptors.MethodDescriptor method, String name) {
    return MethodDescriptor.<byte[], byte[]>newBuilder()
        .setType(type(method))
        .setFullMethodName(name)
        .setRequestMarshaller(EncodedMessage.MARSHALLER)
        .setResponseMarshaller(EncodedMessage.MARSHALLER)
        .build();
  }

  private ExecMethod oneShot(
      MethodProgram program, Semaphore calls, MethodText text, MethodType type) {
    return new ExecMethod(
        program,
        calls,
        runtime,
        runtime.loops(),
        caller -> new OneShotCall(caller, type, text, runtime));
  }

  private ProgramPool pool(MethodProgram program, MethodText text, int size) {
    ProgramPool pool = new ProgramPool(program, text, size, runtime);
    pools.add(pool);
    return pool;
  }

  private ExecMethod persistent(
      MethodProgram program, Semaphore calls, MethodText text, ProgramPool pool) {
    return new ExecMethod(
        program,
        calls,
        runtime,
        pool::loop,
        caller -> new PersistentCall(caller, text, pool, runtime, pool.nextId()));
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
}
