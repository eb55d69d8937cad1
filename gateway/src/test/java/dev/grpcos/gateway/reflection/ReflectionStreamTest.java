package dev.grpcos.gateway.reflection;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumValueDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.MethodDescriptorProto;
import com.google.protobuf.DescriptorProtos.OneofDescriptorProto;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.Status;
import io.grpc.reflection.v1.ExtensionRequest;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReflectionStreamTest {
  private static final FileDescriptorProto BASE =
      FileDescriptorProto.newBuilder()
          .setName("base.proto")
          .setPackage("base")
          .addMessageType(DescriptorProto.newBuilder().setName("Base"))
          .build();

  private static final FileDescriptorProto MAIN =
      FileDescriptorProto.newBuilder()
          .setName("main.proto")
          .setPackage("pkg")
          .addDependency("base.proto")
          .addDependency("absent.proto")
          .addMessageType(
              DescriptorProto.newBuilder()
                  .setName("Outer")
                  .addField(FieldDescriptorProto.newBuilder().setName("field"))
                  .addOneofDecl(OneofDescriptorProto.newBuilder().setName("choice"))
                  .addNestedType(DescriptorProto.newBuilder().setName("Inner"))
                  .addEnumType(enumeration("Kind", "KIND_A"))
                  .addExtension(extension("nested_ext", ".base.Base", 101)))
          .addEnumType(enumeration("Top", "TOP_A"))
          .addService(
              ServiceDescriptorProto.newBuilder()
                  .setName("Service")
                  .addMethod(MethodDescriptorProto.newBuilder().setName("Method")))
          .addExtension(extension("top_ext", ".base.Base", 100))
          .build();

  private final ReflectionStream stream = stream(List.of(BASE, MAIN));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "pkg.Outer",
        "pkg.Outer.field",
        "pkg.Outer.choice",
        "pkg.Outer.Inner",
        "pkg.Outer.Kind",
        "pkg.Outer.KIND_A",
        "pkg.Outer.nested_ext",
        "pkg.Top",
        "pkg.TOP_A",
        "pkg.Service",
        "pkg.Service.Method",
        "pkg.top_ext"
      })
  void symbolIsFoundInTheFileThatDeclaresIt(String symbol) throws Exception {
    assertThat(names(stream.answer(symbol(symbol)))).startsWith("main.proto");
  }

  @ParameterizedTest
  @ValueSource(strings = {"pkg.None", "Outer", ".pkg.Outer", "pkg.Top.TOP_A", "pkg", ""})
  void unknownSymbolIsNotFoundAndTheStreamContinues(String symbol) {
    ServerReflectionResponse response = stream.answer(symbol(symbol));

    assertNotFound(response);
    assertThat(response.getOriginalRequest()).isEqualTo(symbol(symbol));
    assertThat(stream.answer(symbol("pkg.Outer")).hasFileDescriptorResponse()).isTrue();
  }

  @Test
  void importsAreSentOncePerStreamAndRequestedFilesAlways() throws Exception {
    assertThat(names(stream.answer(symbol("pkg.Outer"))))
        .containsExactly("main.proto", "base.proto");
    assertThat(names(stream.answer(symbol("pkg.Outer")))).containsExactly("main.proto");
    assertThat(names(stream.answer(file("base.proto")))).containsExactly("base.proto");
  }

  @Test
  void unknownFileIsNotFound() {
    assertNotFound(stream.answer(file("absent.proto")));
  }

  @Test
  void extensionIsFoundByNumber() throws Exception {
    assertThat(names(stream.answer(extension("base.Base", 101)))).startsWith("main.proto");
    assertNotFound(stream.answer(extension("base.Base", 102)));
    assertNotFound(stream.answer(extension("base.None", 101)));
  }

  @Test
  void extensionNumbersAreListed() {
    assertThat(extensionNumbers("base.Base")).containsExactly(100, 101);
    assertThat(extensionNumbers("pkg.Outer")).isEmpty();
    assertNotFound(
        stream.answer(
            ServerReflectionRequest.newBuilder()
                .setAllExtensionNumbersOfType("base.None")
                .build()));
  }

  @Test
  void emptyRequestIsInvalid() {
    ServerReflectionResponse response = stream.answer(ServerReflectionRequest.getDefaultInstance());

    assertThat(response.getErrorResponse().getErrorCode())
        .isEqualTo(Status.Code.INVALID_ARGUMENT.value());
  }

  @Test
  void twoSourcesMayHaveDifferentFilesWithOneName() throws Exception {
    FileDescriptorProto other =
        FileDescriptorProto.newBuilder()
            .setName("main.proto")
            .setPackage("other")
            .addDependency("base.proto")
            .addMessageType(DescriptorProto.newBuilder().setName("Only"))
            .build();
    FileDescriptorProto otherBase = BASE.toBuilder().setPackage("elsewhere").build();
    ReflectionStream both = stream(List.of(BASE, MAIN), List.of(otherBase, other));

    assertThat(files(both.answer(symbol("other.Only")))).containsExactly(other, otherBase);
    assertThat(files(both.answer(symbol("pkg.Outer")))).containsExactly(MAIN, BASE);
  }

  @Test
  void circularImportsEnd() throws Exception {
    FileDescriptorProto a =
        FileDescriptorProto.newBuilder().setName("a").addDependency("b").build();
    FileDescriptorProto b =
        FileDescriptorProto.newBuilder().setName("b").addDependency("a").build();

    assertThat(names(stream(List.of(a, b)).answer(file("a")))).containsExactly("a", "b");
  }

  @SafeVarargs
  private static ReflectionStream stream(List<FileDescriptorProto>... sources) {
    List<DescriptorIndex> indexes = new ArrayList<>();
    for (List<FileDescriptorProto> source : sources) {
      indexes.add(new DescriptorIndex(source));
    }
    DescriptorUnion union =
        new DescriptorUnion(new TreeMap<>(Map.of("pkg.Service", indexes.get(0))), indexes);
    return new ReflectionStream(
        new ShownDescriptors() {
          @Override
          public void prepare(Runnable then) {
            then.run();
          }

          @Override
          public DescriptorUnion get() {
            return union;
          }
        });
  }

  private static EnumDescriptorProto enumeration(String name, String value) {
    return EnumDescriptorProto.newBuilder()
        .setName(name)
        .addValue(EnumValueDescriptorProto.newBuilder().setName(value))
        .build();
  }

  private static FieldDescriptorProto extension(String name, String extendee, int number) {
    return FieldDescriptorProto.newBuilder()
        .setName(name)
        .setExtendee(extendee)
        .setNumber(number)
        .build();
  }

  private static ServerReflectionRequest symbol(String symbol) {
    return ServerReflectionRequest.newBuilder().setFileContainingSymbol(symbol).build();
  }

  private static ServerReflectionRequest file(String name) {
    return ServerReflectionRequest.newBuilder().setFileByFilename(name).build();
  }

  private static ServerReflectionRequest extension(String type, int number) {
    return ServerReflectionRequest.newBuilder()
        .setFileContainingExtension(
            ExtensionRequest.newBuilder().setContainingType(type).setExtensionNumber(number))
        .build();
  }

  private List<Integer> extensionNumbers(String type) {
    return stream
        .answer(ServerReflectionRequest.newBuilder().setAllExtensionNumbersOfType(type).build())
        .getAllExtensionNumbersResponse()
        .getExtensionNumberList();
  }

  private static List<FileDescriptorProto> files(ServerReflectionResponse response)
      throws InvalidProtocolBufferException {
    List<FileDescriptorProto> files = new ArrayList<>();
    for (ByteString bytes : response.getFileDescriptorResponse().getFileDescriptorProtoList()) {
      files.add(FileDescriptorProto.parseFrom(bytes));
    }
    return files;
  }

  private static List<String> names(ServerReflectionResponse response)
      throws InvalidProtocolBufferException {
    return files(response).stream().map(FileDescriptorProto::getName).toList();
  }

  private static void assertNotFound(ServerReflectionResponse response) {
    assertThat(response.getErrorResponse().getErrorCode()).isEqualTo(Status.Code.NOT_FOUND.value());
    assertThat(response.getErrorResponse().getErrorMessage()).isNotEmpty();
  }
}
