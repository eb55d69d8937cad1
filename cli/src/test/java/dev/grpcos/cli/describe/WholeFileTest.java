package dev.grpcos.cli.describe;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.FileDescriptor;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests that protoc compiles the text of whole files to the same descriptors. */
final class WholeFileTest {
  private static final String SOURCE_INFO = "--include_source_info";

  @TempDir Path folder;
  @TempDir Path again;

  @Test
  void filesOfTheRuntimeCompileToTheSame() throws Exception {
    assertSameWhenCompiled(TestFiles.runtime());
  }

  @Test
  void filesWithSourceInfoCompileToTheSame() throws Exception {
    assertSameWhenCompiled(TestFiles.services());
  }

  @Test
  void specialCasesOfTheLanguageCompileToTheSame() throws Exception {
    assertSameWhenCompiled(TestFiles.tough(folder));
  }

  @Test
  void specialCasesInTheOrderOfTheirSourceCompileToTheSame() throws Exception {
    assertSameWhenCompiled(TestFiles.tough(folder, SOURCE_INFO));
  }

  @Test
  void everyCommentStaysAtItsDeclaration() throws Exception {
    Map<String, FileDescriptor> files = TestFiles.tough(folder, SOURCE_INFO);
    files.putAll(TestFiles.services());
    Map<String, String> rendered = rendered(files);

    Map<String, FileDescriptor> compiled =
        TestFiles.linked(new DistributionProtoc(again).compile(rendered, SOURCE_INFO));

    rendered(compiled).forEach((name, text) -> assertThat(text).isEqualTo(rendered.get(name)));
    assertThat(rendered.get("proto2.proto"))
        .isEqualTo(DistributionProtoc.resource("proto2.rendered.proto"));
  }

  private void assertSameWhenCompiled(Map<String, FileDescriptor> files) throws Exception {
    Map<String, FileDescriptorProto> compiled = new LinkedHashMap<>();
    new DistributionProtoc(again)
        .compile(rendered(files))
        .getFileList()
        .forEach(file -> compiled.put(file.getName(), normal(file)));
    assertThat(compiled.keySet()).isEqualTo(files.keySet());
    files.forEach(
        (name, file) -> assertThat(compiled.get(name)).as(name).isEqualTo(normal(file.toProto())));
  }

  private static Map<String, String> rendered(Map<String, FileDescriptor> files) {
    Map<String, String> result = new LinkedHashMap<>();
    files.forEach((name, file) -> result.put(name, ProtoText.render(file, files.values())));
    return result;
  }

  /** Removes source info, and JSON names that equal the defaults. */
  private static FileDescriptorProto normal(FileDescriptorProto file) {
    FileDescriptorProto.Builder result = file.toBuilder().clearSourceCodeInfo();
    if (file.getSyntax().equals("proto2")) {
      result.clearSyntax();
    }
    result.getExtensionBuilderList().forEach(FieldDescriptorProto.Builder::clearJsonName);
    result.getMessageTypeBuilderList().forEach(WholeFileTest::normalise);
    return result.build();
  }

  private static void normalise(DescriptorProto.Builder message) {
    message.getExtensionBuilderList().forEach(FieldDescriptorProto.Builder::clearJsonName);
    for (FieldDescriptorProto.Builder field : message.getFieldBuilderList()) {
      if (field.getJsonName().equals(FieldSyntax.defaultJsonName(field.getName()))) {
        field.clearJsonName();
      }
    }
    message.getNestedTypeBuilderList().forEach(WholeFileTest::normalise);
  }
}
