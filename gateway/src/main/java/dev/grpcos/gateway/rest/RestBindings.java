package dev.grpcos.gateway.rest;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
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
public final class RestBindings {
  private final List<RestBinding> bindings;

  /** Creates an object of these bindings, whose order decides between equal ones. */
  public RestBindings(List<RestBinding> given) {
    List<RestBinding> sorted = new ArrayList<>(given);
    sorted.sort(
        Comparator.<RestBinding>comparingInt(binding -> -binding.pattern().literals())
            .thenComparing(binding -> binding.pattern().isOpen()));
    this.bindings = List.copyOf(sorted);
  }

  /** Reads the bindings of these services, whose order decides between equal bindings. */
  public static RestBindings of(List<Route> routes) {
    List<RestBinding> bindings = new ArrayList<>();
    for (Route route : routes) {
      FileDescriptorProto file = route.descriptors().get().fileOf(route.name());
      if (file != null) {
        bindings.addAll(RestRules.of(route.name(), file));
      }
    }
    return new RestBindings(bindings);
  }

  /** Returns a sentence for each binding that is never used, because an earlier one is equal. */
  public List<String> unused() {
    List<String> unused = new ArrayList<>();
    Map<List<Object>, RestBinding> used = new HashMap<>();
    for (RestBinding binding : bindings) {
      RestPattern pattern = binding.pattern();
      List<Object> key =
          List.of(binding.verb(), pattern.segments(), String.valueOf(pattern.verb()));
      RestBinding first = used.putIfAbsent(key, binding);
      if (first != null && !first.method().equals(binding.method())) {
        unused.add(
            "%s %s is bound to %s, and to %s, which it does not call; leave one out of `services`"
                .formatted(
                    first.verb(), first.pattern().openApi(), first.method(), binding.method()));
      }
    }
    return unused;
  }

  /** Returns the binding for a request, or null. */
  public @Nullable RestMatch match(String httpMethod, String path) {
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
  public Set<String> allowed(String path, Predicate<String> mayCall) {
    Set<String> allowed = new LinkedHashSet<>();
    for (RestBinding binding : bindings) {
      if (binding.pattern().match(path) != null && mayCall.test(binding.method())) {
        allowed.add(binding.verb());
      }
    }
    return allowed;
  }
}
