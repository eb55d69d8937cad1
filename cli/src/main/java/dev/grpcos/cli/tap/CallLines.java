package dev.grpcos.cli.tap;

import dev.grpcos.cli.output.StandardOutput;
import dev.grpcos.gateway.json.JsonSink;
import dev.grpcos.gateway.json.JsonText;
import dev.grpcos.proto.admin.v1.CallStep;
import java.util.HashMap;
import java.util.Map;

/** Prints each call as one JSON object when it has ended. */
public final class CallLines implements TapOutput {
  private final StandardOutput output;
  private final JsonSink sink;
  private final StatusFilter statuses;
  private final Map<Long, CallReport> calls = new HashMap<>();
  private long shown;

  /**
   * Creates an output.
   *
   * @param sink writes the objects
   */
  public CallLines(StandardOutput output, JsonSink sink, StatusFilter statuses) {
    this.output = output;
    this.sink = sink;
    this.statuses = statuses;
  }

  @Override
  public long add(CallStep step) {
    if (step.hasBegan()) {
      calls.put(step.getCall(), new CallReport(step.getBegan()));
      return shown;
    }
    CallReport call = calls.get(step.getCall());
    if (call != null) {
      call.add(step);
      if (step.hasEnded()) {
        calls.remove(step.getCall());
        if (statuses.selects(step.getEnded().getCode())) {
          JsonText text = new JsonText();
          call.write(text);
          output.write(stream -> sink.write(text, stream));
          shown++;
        }
      }
    }
    return shown;
  }
}
