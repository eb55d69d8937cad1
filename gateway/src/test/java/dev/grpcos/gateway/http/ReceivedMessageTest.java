package dev.grpcos.gateway.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.gateway.reflection.DescriptorIndex;
import dev.grpcos.gateway.reflection.ServedTypes;
import dev.grpcos.proto.helloworld.HelloWorldProto;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

class ReceivedMessageTest {
  private static final byte[] JSON = ("{\"name\":\"" + "x".repeat(1 << 20) + "\"}").getBytes(UTF_8);

  private final AtomicLong charged = new AtomicLong();

  private static MessageCodec json() {
    var file = HelloWorldProto.getDescriptor();
    return new JsonCodec(
        file.findServiceByName("Greeter").findMethodByName("SayHello"),
        new ServedTypes(new DescriptorIndex(List.of())));
  }

  private byte[] encode(byte[] bytes, boolean compressed, MessageCodec codec) throws Exception {
    return new ReceivedMessage(bytes, compressed, 1, 4 << 20).encoded(codec, charged::addAndGet);
  }

  @Test
  void otherFormsOfALargeJsonRequestAreCharged() throws Exception {
    assertThat(encode(JSON, false, json())).hasSizeGreaterThan(1 << 20);
    assertThat(charged).hasValueGreaterThanOrEqualTo(3L * JSON.length);
  }

  @Test
  void decompressedTextIsChargedToo() throws Exception {
    ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
      gzip.write(JSON);
    }
    byte[] unused = encode(compressed.toByteArray(), true, json());
    assertThat(charged).hasValueGreaterThanOrEqualTo(4L * JSON.length);
  }

  @Test
  void smallRequestsAndEncodedOnesAreNot() throws Exception {
    byte[] unused = encode("{\"name\":\"x\"}".getBytes(UTF_8), false, json());
    unused = encode(JSON, false, MessageCodec.PROTO);
    assertThat(charged).hasValue(0);
  }
}
