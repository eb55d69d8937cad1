package dev.grpcos.gateway.config;

import dev.grpcos.gateway.peer.Account;
import dev.grpcos.gateway.peer.Accounts;
import dev.grpcos.gateway.process.OwnProcess;
import dev.grpcos.gateway.schema.SchemaConfig;
import dev.grpcos.proto.config.v1.Method;
import dev.grpcos.proto.config.v1.Service;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Checks the exec services of a configuration and converts them to records. */
final class ServiceReader {
  private static final String NAME = "[A-Za-z_][A-Za-z0-9_]*";
  private static final String FULL_NAME = NAME + "(\\." + NAME + ")*";

  /** The prefix of the variables that describe a call to its program. */
  private static final String OWN_VARIABLES = "GRPCOS_";

  /** The keys of a service that describe its own program. */
  private static final List<String> FOR_EXEC =
      List.of("deadline", "concurrency", "environment", "directory", "user");

  private final Surroundings surroundings;

  private ServiceReader(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  static List<ServiceConfig> read(List<Service> services, Place place, Surroundings surroundings) {
    ServiceReader reader = new ServiceReader(surroundings);
    List<ServiceConfig> configs = new ArrayList<>();
    Map<String, Place> names = new HashMap<>();
    for (int i = 0; i < services.size(); i++) {
      Service service = services.get(i);
      Place here = place.at(i);
      configs.add(reader.service(service, here));
      Place before = names.putIfAbsent(service.getService(), here.at("service"));
      if (before != null && !service.getService().isEmpty()) {
        here.at("service")
            .problem(
                "is '%s', as in line %d; leave one of them out",
                service.getService(), before.line());
      }
    }
    return configs;
  }

  private ServiceConfig service(Service service, Place place) {
    String name = service.getService();
    Map<String, MethodConfig> methods = new HashMap<>();
    SchemaConfig schema = schema(service, place);
    service
        .getMethodsMap()
        .forEach(
            (key, method) -> methods.put(key, method(key, method, place.at("methods").at(key))));
    return new ServiceConfig(
        name, schema, methods, others(service, place), place.at("service").where());
  }

  private SchemaConfig schema(Service service, Place place) {
    String name = service.getService();
    SchemaConfig given =
        surroundings.schema(
            service.getProtosetList(), service.getProtoList(), service.getProtoPathList(), place);
    if (name.isEmpty()) {
      return given; // already reported
    }
    if (!name.matches(FULL_NAME)) {
      place
          .at("service")
          .problem("is '%s', not a service name; give a full name, as in weather.v1.Weather", name);
      return given;
    }
    return given.isEmpty()
        ? surroundings.schemaOf(name, service.getProtoPathList(), place.at("service"))
        : given;
  }

  /** Returns the program of the methods that are not named; null if there is none. */
  private @Nullable MethodConfig others(Service service, Place place) {
    if (!place.at("exec").isGiven()) {
      for (String key : FOR_EXEC) {
        if (place.at(key).isGiven()) {
          place.at(key).problem("is for exec, which is missing; add exec, or move it to a method");
        }
      }
      return null;
    }
    Method.Builder method =
        Method.newBuilder()
            .setExec(service.getExec())
            .setConcurrency(service.getConcurrency())
            .putAllEnvironment(service.getEnvironmentMap())
            .setDirectory(service.getDirectory())
            .setUser(service.getUser());
    if (service.hasDeadline()) {
      method.setDeadline(service.getDeadline());
    }
    return program(method.build(), place);
  }

  private MethodConfig method(String name, Method method, Place place) {
    if (!name.matches(NAME)) {
      place.problem("is not a method name; give a short name, as in Get");
    }
    return program(method, place);
  }

  /** Returns the program that these keys describe. */
  private MethodConfig program(Method method, Place place) {
    for (String variable : method.getEnvironmentMap().keySet()) {
      if (!variable.matches(NAME) || variable.startsWith(OWN_VARIABLES)) {
        place
            .at("environment")
            .at(variable)
            .problem(
                "is not a valid variable name here; use letters, digits and _, and no GRPCOS_"
                    + " prefix");
      }
    }
    Place exec = place.at("exec");
    return new MethodConfig(
        new ExecConfig(
            surroundings.command(method.getExec().getCommandList(), exec.at("command")),
            method.getExec().getPersistent(),
            method.getExec().getPool()),
        ProtoDurations.orNull(method.hasDeadline(), method.getDeadline()),
        method.getConcurrency() == 0 ? Integer.MAX_VALUE : method.getConcurrency(),
        method.getEnvironmentMap(),
        directory(method, place.at("directory")),
        user(method.getUser(), place.at("user")),
        place.where());
  }

  private Path directory(Method method, Place place) {
    return method.getDirectory().isEmpty()
        ? surroundings.folder()
        : surroundings.directory(method.getDirectory(), place);
  }

  private static @Nullable Account user(String name, Place place) {
    if (name.isEmpty()) {
      return null;
    }
    Account account = Accounts.user(name).orElse(null);
    int self = OwnProcess.uid();
    if (account == null) {
      place.problem("is '%s', an unknown user; give the name of an existing user", name);
    } else if (self != 0 && self != account.uid()) {
      place.problem(
          "is '%s', to whom a gateway with uid %d cannot switch; run the gateway as root",
          name, self);
    }
    return account;
  }
}
