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

/** Checks the services of a configuration whose methods are programs and makes records of them. */
final class ServiceReader {
  private static final String NAME = "[A-Za-z_][A-Za-z0-9_]*";
  private static final String FULL_NAME = NAME + "(\\." + NAME + ")*";

  /** What a program is told of its call in. */
  private static final String OWN_VARIABLES = "GRPCOS_";

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
                "is '%s', which line %d claims; leave one out",
                service.getService(), before.line());
      }
    }
    return configs;
  }

  private ServiceConfig service(Service service, Place place) {
    String name = service.getService();
    if (!name.isEmpty() && !name.matches(FULL_NAME)) {
      place
          .at("service")
          .problem("is '%s', no service; give its full name, as in weather.v1.Weather", name);
    }
    SchemaConfig schema =
        surroundings.schema(
            service.getProtosetList(), service.getProtoList(), service.getProtoPathList(), place);
    if (!place.at("proto").isGiven() && !place.at("protoset").isGiven()) {
      place.problem("has neither proto nor protoset; give one, which says what its methods take");
    }
    Map<String, MethodConfig> methods = new HashMap<>();
    service
        .getMethodsMap()
        .forEach(
            (key, method) -> methods.put(key, method(key, method, place.at("methods").at(key))));
    return new ServiceConfig(name, schema, methods, place.at("service").where());
  }

  private MethodConfig method(String name, Method method, Place place) {
    if (!name.matches(NAME)) {
      place.problem("is no method; give its short name, as in Get");
    }
    for (String variable : method.getEnvironmentMap().keySet()) {
      if (!variable.matches(NAME) || variable.startsWith(OWN_VARIABLES)) {
        place
            .at("environment")
            .at(variable)
            .problem("is no name for a variable here; use letters, digits and _, not GRPCOS_…");
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
      place.problem("is '%s', a user that is not known; name another", name);
    } else if (self != 0 && self != account.uid()) {
      place.problem("is '%s', whom a gateway of uid %d can't become; run it as root", name, self);
    }
    return account;
  }
}
