package dev.grpcos.gateway.exec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Timestamp;
import com.google.protobuf.TimestampProto;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MethodTextTest {
  private static final Timestamp TIME = Timestamp.newBuilder().setSeconds(5).build();

  @ParameterizedTest
  @ValueSource(strings = {"\"1970-01-01T00:00:05Z\"", "{\"value\":\"1970-01-01T00:00:05Z\"}\n"})
  void wellKnownTypeIsReadBareOrAsValue(String printed) throws Exception {
    MethodText text = timestamps();
    assertThat(text.onlyResponse(ByteString.copyFromUtf8(printed))).isEqualTo(TIME.toByteArray());
    assertThat(text.response(ByteString.copyFromUtf8(printed), 1)).isEqualTo(TIME.toByteArray());
    assertThat(text.request(TIME.toByteArray())).isEqualTo("\"1970-01-01T00:00:05Z\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"1970-01-01T00:00:05Z\" 5", "{\"seconds\":5}", "[]"})
  void anythingElseIsRefused(String printed) throws Exception {
    MethodText text = timestamps();
    assertThatThrownBy(() -> text.onlyResponse(ByteString.copyFromUtf8(printed)))
        .isInstanceOf(BadOutputException.class);
  }

  private static MethodText timestamps() throws DescriptorValidationException {
    FileDescriptorProto.Builder file =
        FileDescriptorProto.newBuilder()
            .setName("clock.proto")
            .addDependency("google/protobuf/timestamp.proto");
    file.addServiceBuilder()
        .setName("Clock")
        .addMethodBuilder()
        .setName("Round")
        .setInputType(".google.protobuf.Timestamp")
        .setOutputType(".google.protobuf.Timestamp");
    FileDescriptor linked =
        FileDescriptor.buildFrom(
            file.build(), new FileDescriptor[] {TimestampProto.getDescriptor()});
    return new MethodText(
        linked.findServiceByName("Clock").findMethodByName("Round"), new DetailTypes(), 1024);
  }
}
