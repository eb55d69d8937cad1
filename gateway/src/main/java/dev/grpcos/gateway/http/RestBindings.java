package dev.grpcos.gateway.http;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import dev.grpcos.gateway.route.Route;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The bindings of {@code google.api.http} in the descriptors of services. If several bindings match
 * a path, the one with the most literals is used; of equal ones, the first. Immutable.
 */
final class RestBindings {
  private static final System.Logger LOG = System.getLogger("dev.grpcos.gateway.http");

  private final List<RestBinding> bindings = new ArrayList<>();

  /** Reads the bindings of these services, whose order decides between equal bindings. */
  RestBindings(List<Route> routes) {
    for (Route route : routes) {
      FileDescriptorProto file = route.descriptors().get().fileOf(route.name());
      if (file != null) {
        addAll(file, route.name());
      }
    }
    bindings.sort(
        Comparator.<RestBinding>comparingInt(binding -> -binding.pattern().literals())
            .thenComparing(binding -> binding.pattern().isOpen()));
    warn();
  }

  /** Logs the bindings that are never used, because an earlier one has the same template. */
  private void warn() {
    Map<List<Object>, RestBinding> used = new HashMap<>();
    for (RestBinding binding : bindings) {
      RestPattern pattern = binding.pattern();
      List<Object> key =
          List.of(binding.verb(), pattern.segments(), String.valueOf(pattern.verb()));
      RestBinding first = used.putIfAbsent(key, binding);
      if (first != null && !first.method().equals(binding.method())) {
        LOG.log(
            System.Logger.Level.WARNING,
            "{0} {1} calls {2}; the same binding of {3} is ignored",
            binding.verb(),
            pattern.openApi(),
            first.method(),
            binding.method());
      }
    }
  }

  private void addAll(FileDescriptorProto file, String serviceName) {
    for (ServiceDescriptorProto service : file.getServiceList()) {
      String name =
          file.getPackage().isEmpty()
              ? service.getName()
              : file.getPackage() + "." + service.getName();
      if (name.equals(serviceName)) {
        service
            .getMethodList()
            .forEach(
                method -> bindings.addAll(RestRules.of(name + "/" + method.getName(), method)));
      }
    }
  }

  /** Returns the binding for a request, or null. */
  @Nullable RestMatch match(String httpMethod, String path) {
    for (RestBinding binding : bindings) {
      Map<String, String> variables =
          binding.isFor(httpMethod) ? binding.pattern().match(path) : null;
      if (variables != null) {
        return new RestMatch(binding, variables);
      }
    }
    return null;
  }

  /** Returns the HTTP methods for which a path has a binding to one of these methods. */
  Set<String> allowed(String path, Predicate<String> mayCall) {
    Set<String> allowed = new LinkedHashSet<>();
    for (RestBinding binding : bindings) {
      if (binding.pattern().match(path) != null && mayCall.test(binding.method())) {
        allowed.add(binding.verb());
      }
    }
    return allowed;
  }
}
