package dev.grpcos.gateway.http;

import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import dev.grpcos.gateway.call.NamedUpstream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The answer to {@code GET /}: the services that the caller may call, and an example. */
final class ServicesPage {
  private ServicesPage() {}

  /** Returns the page as plain text. */
  static String text(HttpCaller caller, RequestScope scope) {
    MethodCatalog catalog = scope.catalog();
    StringBuilder page = new StringBuilder();
    page.append("This is a grpcos gateway: gRPC, the Connect protocol and JSON on one socket.\n\n");
    StringBuilder services = new StringBuilder();
    String example = null;
    for (String name : catalog.services()) {
      ServiceDescriptor service = catalog.service(name);
      List<String> methods =
          service == null
              ? List.of()
              : service.getMethods().stream()
                  .map(MethodDescriptor::getName)
                  .filter(method -> scope.mayCall(name + "/" + method))
                  .toList();
      if (service == null && scope.mayCall(name + "/")) {
        services.append("  ").append(name).append(" (no descriptor)\n");
      } else if (!methods.isEmpty()) {
        services.append("  ").append(name).append(": ");
        services.append(String.join(", ", methods)).append('\n');
        if (example == null || example.startsWith("grpc")) {
          example = name + "/" + methods.get(0);
        }
      }
    }
    if (example == null) {
      return page.append("You may not call any of its services.\n").toString();
    }
    return page.append("Services that you may call:\n")
        .append(services)
        .append("\nCall a method ")
        .append(header(scope.upstream()))
        .append("with a request in JSON:\n  ")
        .append(caller.curl())
        .append(" --data-raw '{}' ")
        .append(caller.url())
        .append('/')
        .append(example)
        .append(
            """


            GET /healthz returns 200 while the gateway is serving, else 503.
            GET /openapi.json describes the services in OpenAPI.
            """)
        .toString();
  }

  /** Returns the hint at the header that a request for an upstream needs. */
  private static String header(@Nullable String upstream) {
    return upstream == null
        ? ""
        : "with the header %s: %s, ".formatted(NamedUpstream.NAME, upstream);
  }
}
