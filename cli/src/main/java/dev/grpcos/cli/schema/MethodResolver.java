package dev.grpcos.cli.schema;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import dev.grpcos.cli.failure.CallFailedException;
import dev.grpcos.cli.failure.CliException;
import dev.grpcos.gateway.json.Nearest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds a method or service by its full name, or by a suffix of whole name parts that only one
 * method or service has. A suffix finds a standard service, such as health, only if no other
 * service has it.
 */
public final class MethodResolver {
  private final Schema schema;

  public MethodResolver(Schema schema) {
    this.schema = schema;
  }

  /**
   * Returns the method with this name.
   *
   * @param name {@code pkg.Service/Method}, {@code pkg.Service.Method}, or a suffix of it
   * @throws CliException USAGE if no method or several methods match, with candidates; FAILURE if
   *     its messages are in a missing file
   */
  public MethodDescriptor method(String name) {
    MethodDescriptor method = named(name);
    requireLinked(method);
    return method;
  }

  /**
   * Checks that a method can be called.
   *
   * @throws CliException FAILURE if its messages are in a missing file
   */
  public void requireLinked(MethodDescriptor method) {
    requireLinked(method, method.getInputType());
    requireLinked(method, method.getOutputType());
  }

  /**
   * Checks one type of a method. A type of a missing file is linked as a message without fields.
   */
  private void requireLinked(MethodDescriptor method, Descriptor type) {
    if (type.isPlaceholder()) {
      throw CliException.failure(
          "%s/%s uses %s, which the schema lacks: %s; give it with --protoset, or with --proto and"
              + " -I",
          method.getService().getFullName(),
          method.getName(),
          type.getFullName(),
          schema.gaps(method.getFile()));
    }
  }

  private MethodDescriptor named(String name) {
    int separator = Math.max(name.lastIndexOf('/'), name.lastIndexOf('.'));
    if (separator < 0) {
      return methodAnywhere(name);
    }
    if (name.indexOf('/') < 0) {
      requireNoService(name);
    }
    String serviceName = name.substring(0, separator);
    String methodName = name.substring(separator + 1);
    if (serviceName.isEmpty() || methodName.isEmpty() || serviceName.indexOf('/') >= 0) {
      throw CliException.usage(
          "'%s' is not a method name: give pkg.Service/Method, or a unique suffix of it", name);
    }
    ServiceDescriptor service = service(serviceName);
    MethodDescriptor method = service.findMethodByName(methodName);
    if (method == null) {
      List<String> names =
          service.getMethods().stream().map(MethodDescriptor::getName).sorted().toList();
      throw CliException.usage(
          "%s has no method '%s'%s",
          service.getFullName(), methodName, Nearest.orAll(methodName, names, "it has"));
    }
    return method;
  }

  /** Finds a method by its bare name in all services. */
  private MethodDescriptor methodAnywhere(String name) {
    List<String> owners = new ArrayList<>();
    List<String> all = new ArrayList<>();
    schema.fetch(schema.services());
    for (String service : schema.services()) {
      // A service that is listed but cannot be described has no methods here, so a short name
      // cannot find them.
      List<String> methods = schema.methods(service);
      all.addAll(methods);
      if (methods.contains(name)) {
        owners.add(service);
      }
    }
    List<String> candidates = Candidates.preferred(owners);
    MethodDescriptor only =
        candidates.size() == 1 ? service(candidates.get(0)).findMethodByName(name) : null;
    if (only != null) {
      return only;
    }
    if (candidates.isEmpty()) {
      requireNoService(name);
      throw CliException.usage(
          "no service has a method '%s'%s", name, Nearest.orAll(name, all, "there are"));
    }
    throw CliException.usage(
        "'%s' is ambiguous: it could be %s",
        name, String.join(", ", candidates.stream().map(owner -> owner + "/" + name).toList()));
  }

  /**
   * Returns the service with this name.
   *
   * @param name a full name, or a suffix of one
   * @throws CliException USAGE if no service or several services match, with candidates
   */
  public ServiceDescriptor service(String name) {
    // A name with a package is usually the full name, so try it first and save a request for the
    // list.
    if (name.indexOf('.') >= 0) {
      ServiceDescriptor exact = schema.service(name);
      if (exact != null) {
        return exact;
      }
    }
    List<String> services = schema.services();
    String fullName = serviceName(name, services).orElse(name);
    ServiceDescriptor service = schema.service(fullName);
    if (service != null) {
      return service;
    }
    if (services.contains(fullName)) {
      throw CliException.failure(
          "the server lists %s but has no descriptor of it; give one with --protoset or --proto",
          fullName);
    }
    throw CliException.usage("no service '%s'%s", name, Nearest.orAll(name, services, "there are"));
  }

  /** Returns the services that can be described. */
  public AllServices services() {
    List<ServiceDescriptor> found = new ArrayList<>();
    List<CliException> failures = new ArrayList<>();
    schema.fetch(schema.services());
    for (String name : schema.services()) {
      try {
        found.add(service(name));
      } catch (CallFailedException e) {
        throw e; // the server is unreachable
      } catch (CliException e) {
        failures.add(e);
      }
    }
    return new AllServices(found, failures);
  }

  /**
   * All services of a schema.
   *
   * @param failures the reasons why the other listed services cannot be described
   */
  public record AllServices(List<ServiceDescriptor> described, List<CliException> failures) {
    /**
     * Reports the services that cannot be described; called after the output of the others.
     *
     * @throws CliException FAILURE if a service cannot be described
     */
    public void requireAll() {
      if (!failures.isEmpty()) {
        throw CliException.failure(
            failures.get(0),
            "%s",
            String.join("; ", failures.stream().map(CliException::getMessage).toList()));
      }
    }
  }

  /** Throws an error that lists the service's methods if the name is that of a service. */
  private void requireNoService(String name) {
    List<String> named =
        schema.services().stream()
            .filter(service -> service.equals(name) || service.endsWith("." + name))
            .toList();
    for (String serviceName : Candidates.preferred(named)) {
      ServiceDescriptor service = schema.service(serviceName);
      if (service != null) {
        throw CliException.usage(
            "%s is a service: name a method of it, as %s",
            serviceName,
            String.join(
                ", ",
                service.getMethods().stream()
                    .map(method -> serviceName + "/" + method.getName())
                    .toList()));
      }
    }
  }

  private static Optional<String> serviceName(String name, List<String> services) {
    if (services.contains(name)) {
      return Optional.of(name);
    }
    List<String> candidates =
        Candidates.preferred(
            services.stream().filter(service -> service.endsWith("." + name)).toList());
    if (candidates.size() > 1) {
      throw CliException.usage(
          "'%s' is ambiguous: it could be %s", name, String.join(", ", candidates));
    }
    return candidates.stream().findFirst();
  }
}
