package dev.grpcos.cli.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.DescriptorProtos;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import dev.grpcos.cli.failure.CliException;
import dev.grpcos.gateway.schema.Declarations;
import dev.grpcos.gateway.schema.DescriptorFile;
import java.io.ByteArrayInputStream;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests that only the needed parts of descriptor sets are parsed. */
final class ProtosetTest {
  @Test
  void skimmedNamesAreThoseOfTheWholeFile() throws Exception {
    FileDescriptorProto file = DescriptorProtos.getDescriptor().toProto();
    List<DescriptorFile> read = read(FileDescriptorSet.newBuilder().addFile(file).build());
    assertThat(read).hasSize(1);
    assertThat(read.get(0).name()).isEqualTo(file.getName());
    assertThat(read.get(0).top()).containsExactlyInAnyOrderElementsOf(Declarations.top(file));
    assertThat(read.get(0).proto()).isEqualTo(file);
  }

  @Test
  void brokenFileIsNamedWhenItIsNeeded() throws Exception {
    Schema schema =
        LinkedSchema.of(
            read(
                FileDescriptorSet.newBuilder()
                    .addFile(
                        ScriptedReflection.file("name: \"a.proto\" message_type { name: \"A\" }"))
                    .addFile(
                        ScriptedReflection.file(
                            "name: \"b.proto\" message_type { name: \"B\" field { name: \"x\" } }"))
                    .build()));
    assertThat(schema.message("A")).isNotNull();
    assertThatThrownBy(() -> schema.message("B"))
        .isInstanceOf(CliException.class)
        .hasMessageContaining("b.proto");
  }

  @Test
  void symbolsAreFoundByShortNamesWithoutAService() throws Exception {
    Schema schema =
        LinkedSchema.of(
            read(
                FileDescriptorSet.newBuilder()
                    .addFile(DescriptorProtos.getDescriptor().toProto())
                    .build()));
    assertThat(new SymbolResolver(schema).symbol("FieldOptions.CType").getFullName())
        .isEqualTo("google.protobuf.FieldOptions.CType");
    assertThatThrownBy(() -> new SymbolResolver(schema).symbol("FieldOption"))
        .hasMessageContaining("did you mean 'google.protobuf.FieldOptions'?");
  }

  private static List<DescriptorFile> read(FileDescriptorSet set) throws Exception {
    return Protoset.read(new ByteArrayInputStream(set.toByteArray()), "test.binpb");
  }
}
