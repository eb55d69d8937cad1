package dev.grpcos.cli.describe;

import com.google.protobuf.DescriptorProtos.MethodDescriptorProto;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import dev.grpcos.cli.describe.OptionReader.Options;
import dev.grpcos.cli.describe.Page.Part;

/** Writes services and their methods. */
final class ServiceText {
  private final Page page;

  ServiceText(Page page) {
    this.page = page;
  }

  void write(ServiceDescriptor service) {
    SourcePath path = SourcePath.of(service);
    Options options = page.options(service.toProto().getOptions());
    page.out.block(
        page.comments(path).withRemarks(options.remarks()),
        "service " + service.getName(),
        () -> {
          page.optionStatements(
              options,
              path.child(ServiceDescriptorProto.OPTIONS_FIELD_NUMBER),
              !service.getMethods().isEmpty());
          page.parts(service.getMethods().stream().map(this::part).toList());
        });
  }

  void write(MethodDescriptor method) {
    MethodDescriptorProto proto = method.toProto();
    SourcePath path = SourcePath.of(method);
    Options options = page.options(proto.getOptions());
    Comments comments = page.comments(path).withRemarks(options.remarks());
    String head =
        "rpc "
            + method.getName()
            + message(method.isClientStreaming(), method.getInputType())
            + " returns "
            + message(method.isServerStreaming(), method.getOutputType());
    if (proto.hasOptions()) {
      // even without options: protoc distinguishes {} and ;
      page.out.block(
          comments,
          head,
          () ->
              page.optionStatements(
                  options, path.child(MethodDescriptorProto.OPTIONS_FIELD_NUMBER), false));
    } else {
      page.out.statement(comments, head + ";");
    }
  }

  private Part part(MethodDescriptor method) {
    boolean setOff =
        page.comments(SourcePath.of(method)).precede() || method.toProto().hasOptions();
    return new Part(page.location(method), setOff, () -> write(method));
  }

  private static String message(boolean stream, Descriptor type) {
    return (stream ? "(stream ." : "(.") + type.getFullName() + ")";
  }
}
