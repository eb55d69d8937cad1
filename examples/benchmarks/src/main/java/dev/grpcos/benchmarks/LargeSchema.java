package dev.grpcos.benchmarks;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.MethodDescriptorProto;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.protobuf.ProtoFileDescriptorSupplier;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ServerCalls;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Services with one file each, and a service whose file imports all these files.
 *
 * <p>File <i>i</i> has the service {@code large.f<i>.Echo} with its method {@code Call}, whose
 * message {@code Text} has one field. {@code large.all.Echo} is the service whose calls need the
 * whole schema.
 */
final class LargeSchema {
  private LargeSchema() {}

  /** Returns the services of a number of files, and the service that imports them. */
  static List<ServerServiceDefinition> services(int files) throws DescriptorValidationException {
    List<FileDescriptor> linked = new ArrayList<>();
    for (int i = 0; i < files; i++) {
      linked.add(link(file("f" + i), List.of()));
    }
    FileDescriptorProto.Builder all = file("all");
    IntStream.range(0, files)
        .forEach(
            i ->
                all.addDependency(linked.get(i).getName())
                    .getMessageTypeBuilder(0)
                    .addField(field("f" + i, i + 2).setTypeName(".large.f" + i + ".Text")));
    linked.add(link(all, List.copyOf(linked)));
    return linked.stream().map(LargeSchema::service).toList();
  }

  private static FileDescriptor link(FileDescriptorProto.Builder file, List<FileDescriptor> imports)
      throws DescriptorValidationException {
    return FileDescriptor.buildFrom(file.build(), imports.toArray(FileDescriptor[]::new));
  }

  private static FileDescriptorProto.Builder file(String name) {
    String text = ".large." + name + ".Text";
    return FileDescriptorProto.newBuilder()
        .setName("large/" + name + ".proto")
        .setPackage("large." + name)
        .setSyntax("proto3")
        .addMessageType(
            DescriptorProto.newBuilder()
                .setName("Text")
                .addField(field("text", 1).setType(FieldDescriptorProto.Type.TYPE_STRING)))
        .addService(
            ServiceDescriptorProto.newBuilder()
                .setName("Echo")
                .addMethod(
                    MethodDescriptorProto.newBuilder()
                        .setName("Call")
                        .setInputType(text)
                        .setOutputType(text)));
  }

  private static FieldDescriptorProto.Builder field(String name, int number) {
    return FieldDescriptorProto.newBuilder()
        .setName(name)
        .setNumber(number)
        .setLabel(FieldDescriptorProto.Label.LABEL_OPTIONAL);
  }

  /** Returns the service of a file, which answers with its request. */
  private static ServerServiceDefinition service(FileDescriptor file) {
    Marshaller<Message> text =
        ProtoUtils.marshaller(DynamicMessage.getDefaultInstance(file.getMessageTypes().get(0)));
    String name = file.getServices().get(0).getFullName();
    MethodDescriptor<Message, Message> call =
        MethodDescriptor.newBuilder(text, text)
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName(MethodDescriptor.generateFullMethodName(name, "Call"))
            .build();
    ServiceDescriptor descriptor =
        ServiceDescriptor.newBuilder(name)
            .setSchemaDescriptor((ProtoFileDescriptorSupplier) () -> file)
            .addMethod(call)
            .build();
    return ServerServiceDefinition.builder(descriptor)
        .addMethod(
            call,
            ServerCalls.asyncUnaryCall(
                (request, responses) -> {
                  responses.onNext(request);
                  responses.onCompleted();
                }))
        .build();
  }
}
