package dev.grpcos.gateway.rest;

import com.google.api.AnnotationsProto;
import com.google.api.HttpRule;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.MethodDescriptorProto;
import com.google.protobuf.DescriptorProtos.MethodOptions;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import com.google.protobuf.ExtensionRegistry;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.ArrayList;
import java.util.List;

/** Reads the bindings in a method's options. Invalid ones are logged and ignored. */
public final class RestRules {
  private static final System.Logger LOG = System.getLogger("dev.grpcos.gateway.http");
  private static final ExtensionRegistry EXTENSIONS = ExtensionRegistry.newInstance();

  static {
    AnnotationsProto.registerAllExtensions(EXTENSIONS);
  }

  private RestRules() {}

  /**
   * Returns the bindings of a service, in the order of its methods.
   *
   * @param service the full name of the service
   * @param file the file that declares it
   */
  public static List<RestBinding> of(String service, FileDescriptorProto file) {
    List<RestBinding> bindings = new ArrayList<>();
    for (ServiceDescriptorProto each : file.getServiceList()) {
      String name = fullName(file, each);
      if (name.equals(service)) {
        each.getMethodList()
            .forEach(method -> bindings.addAll(of(name + "/" + method.getName(), method)));
      }
    }
    return bindings;
  }

  /** Returns the full name of a service that this file declares. */
  static String fullName(FileDescriptorProto file, ServiceDescriptorProto service) {
    return file.getPackage().isEmpty()
        ? service.getName()
        : file.getPackage() + "." + service.getName();
  }

  /**
   * Returns the bindings of a method, in the order of its options.
   *
   * @param method the full name, such as {@code pkg.Service/Method}
   */
  public static List<RestBinding> of(String method, MethodDescriptorProto descriptor) {
    List<RestBinding> bindings = new ArrayList<>();
    if (!descriptor.hasOptions()) {
      return bindings;
    }
    try {
      // The options may have been parsed without this extension.
      MethodOptions options =
          MethodOptions.parseFrom(descriptor.getOptions().toByteString(), EXTENSIONS);
      if (options.hasExtension(AnnotationsProto.http)) {
        HttpRule rule = options.getExtension(AnnotationsProto.http);
        add(method, rule, bindings);
        rule.getAdditionalBindingsList().forEach(more -> add(method, more, bindings));
      }
    } catch (InvalidProtocolBufferException e) {
      LOG.log(System.Logger.Level.WARNING, "{0} has invalid options: {1}", method, e.getMessage());
    }
    return bindings;
  }

  private static void add(String method, HttpRule rule, List<RestBinding> bindings) {
    String verb = rule.getPatternCase().name();
    String template =
        switch (rule.getPatternCase()) {
          case GET -> rule.getGet();
          case PUT -> rule.getPut();
          case POST -> rule.getPost();
          case DELETE -> rule.getDelete();
          case PATCH -> rule.getPatch();
          case CUSTOM -> rule.getCustom().getPath();
          case PATTERN_NOT_SET -> "";
        };
    if (rule.hasCustom()) {
      verb = rule.getCustom().getKind();
    }
    if (template.isEmpty()) {
      return;
    }
    try {
      bindings.add(
          new RestBinding(
              verb, RestPattern.parse(template), method, rule.getBody(), rule.getResponseBody()));
    } catch (IllegalArgumentException e) {
      LOG.log(System.Logger.Level.WARNING, "{0} is not bound: {1}", method, e.getMessage());
    }
  }
}
