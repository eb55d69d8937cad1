package dev.grpcos.cli.tap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.gateway.json.JsonText;
import dev.grpcos.proto.admin.v1.CallStep;
import dev.grpcos.proto.admin.v1.TapMessage;
import org.junit.jupiter.api.Test;

final class CallReportTest {
  @Test
  void messagesAfterTheLimitAreLeftOut() {
    CallReport report = new CallReport(CallStep.Began.getDefaultInstance());
    report.add(request("x".repeat((64 << 20) + 1)));
    for (int i = 0; i < 3; i++) {
      report.add(request("{}"));
    }
    assertThat(report.isIncomplete()).isTrue();
    JsonText text = new JsonText();
    report.write(text);
    assertThat(text.toString())
        .contains("\"requests\":[{\"@cut\":7}],")
        .contains("\"at\":{\"requests\":[0],");
  }

  private static CallStep request(String json) {
    return CallStep.newBuilder()
        .setRequest(TapMessage.newBuilder().setJson(json).setSize(7))
        .build();
  }
}
