package dev.grpcos.cli.grpcurl;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.rpc.ErrorInfo;
import dev.grpcos.cli.output.PrintedTypes;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.io.ByteArrayOutputStream;
import org.junit.jupiter.api.Test;

final class GrpcurlErrorsTest {
  private final ByteArrayOutputStream stderr = new ByteArrayOutputStream();
  private final GrpcurlErrors errors = new GrpcurlErrors(stderr);
  private final GrpcurlFormat format = new GrpcurlJson(new PrintedTypes(null), false);

  @Test
  void statusHasTheNamesOfGoAndItsDetails() {
    StatusRuntimeException failure =
        StatusProto.toStatusRuntimeException(
            com.google.rpc.Status.newBuilder()
                .setCode(Status.Code.FAILED_PRECONDITION.value())
                .setMessage("too late")
                .addDetails(Any.pack(ErrorInfo.newBuilder().setReason("LATE").build()))
                .build());
    errors.status(failure.getStatus(), failure.getTrailers(), format);
    assertThat(stderr.toString(UTF_8))
        .isEqualTo(
            """
            ERROR:
              Code: FailedPrecondition
              Message: too late
              Details:
              1)\t{
                \t  "@type": "type.googleapis.com/google.rpc.ErrorInfo",
                \t  "reason": "LATE"
                \t}
            """);
  }

  @Test
  void cancelledIsSpelledAsInGo() {
    errors.status(Status.CANCELLED, new Metadata(), format);
    assertThat(stderr.toString(UTF_8)).isEqualTo("ERROR:\n  Code: Canceled\n  Message: \n");
  }

  @Test
  void remediesNameOnlyOptionsOfGrpcurl() {
    assertThat(message("refused; check the address, or give --wait if it starts"))
        .isEqualTo("refused");
    assertThat(message("no TLS; give --plaintext")).isEqualTo("no TLS; give --plaintext");
    assertThat(message("a; b")).isEqualTo("a; b");
  }

  private static String message(String description) {
    return GrpcurlErrors.message(Status.UNAVAILABLE.withDescription(description));
  }
}
