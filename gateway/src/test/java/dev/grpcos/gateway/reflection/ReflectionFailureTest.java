package dev.grpcos.gateway.reflection;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Metadata;
import io.grpc.Status;
import org.junit.jupiter.api.Test;

final class ReflectionFailureTest {
  private static final String V1 = "grpc.reflection.v1.ServerReflection/ServerReflectionInfo";
  private static final String V1_ALPHA =
      "grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo";

  private static Status denied(String description) {
    return Status.PERMISSION_DENIED.withDescription(description);
  }

  private static String text(Status v1, Status v1alpha) {
    Status status = ReflectionFailure.of(v1, v1alpha, new Metadata(), false).status();
    assertThat(status.getCode()).isEqualTo(v1.getCode());
    return String.valueOf(status.getDescription());
  }

  @Test
  void refusalsThatNameTheirMethodsAreOne() {
    Status v1 = denied("you may not call " + V1 + ": ask");
    Status v1alpha = denied("you may not call " + V1_ALPHA + ": ask");
    assertThat(text(v1, v1alpha)).isEqualTo("you may not call " + V1 + ": ask");
    assertThat(ReflectionFailure.both(v1, v1alpha)).isEqualTo(v1);
  }

  @Test
  void differentRefusalsAreBothReported() {
    assertThat(text(denied("not " + V1), denied("nor " + V1_ALPHA)))
        .isEqualTo(
            "server reflection failed: v1: PERMISSION_DENIED not %s; v1alpha: PERMISSION_DENIED nor %s"
                .formatted(V1, V1_ALPHA));
    assertThat(text(denied("not " + V1), Status.UNAVAILABLE.withDescription("not " + V1_ALPHA)))
        .contains("; v1alpha: UNAVAILABLE not " + V1_ALPHA);
  }
}
